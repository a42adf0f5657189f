//! Intake: signed chat events from Eventyay.
