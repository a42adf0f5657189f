import assert from 'node:assert/strict';
import test from 'node:test';
import { accountsAddress, asUserName, chosenAccount } from '../user-name.js';

test('user names as MediaWiki writes them', () => {
  for (const [typed, name] of [['ana', 'Ana'], ['  émile_Zola ', 'Émile Zola'], ['', ''], ['𐐨x', '𐐀x'], ['Ana B', 'Ana B']]) {
    assert.equal(asUserName(typed), name);
  }
});

test('the wiki is asked as any site may', () => {
  const address = new URL(accountsAddress('https://meta.wikimedia.org', 'A&b'));
  assert.equal(address.origin + address.pathname, 'https://meta.wikimedia.org/w/api.php');
  assert.deepEqual(['list', 'aguprefix', 'origin'].map((name) => address.searchParams.get(name)), ['globalallusers', 'A&b', '*']);
});

test('only the exact name is chosen, and no locked account', () => {
  const accounts = [{ id: 1, name: 'Ana' }, { id: 2, name: 'Anabel', locked: '' }];
  assert.equal(chosenAccount(accounts, 'Ana'), 1);
  assert.equal(chosenAccount(accounts, 'Anabel'), 'locked');
  assert.equal(chosenAccount(accounts, 'An'), undefined);
  assert.equal(chosenAccount([], 'Zzz'), 'none');
});
