-- placeholder
CREATE TABLE key_values (name VARCHAR(255) PRIMARY KEY, content TEXT NOT NULL, deadline BIGINT NOT NULL);
