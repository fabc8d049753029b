-- How numbers were told, and what the office's own systems are told. Times are unix milliseconds.

-- By whom a number was told, by which channel, to which phone number, and whether that had been verified.
ALTER TABLE deliveries ADD COLUMN told_by TEXT;
ALTER TABLE deliveries ADD COLUMN told_channel TEXT;
ALTER TABLE deliveries ADD COLUMN told_phone TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN told_verified BOOLEAN NOT NULL DEFAULT FALSE;
-- When a message with the number could not be handed to the provider.
ALTER TABLE deliveries ADD COLUMN sms_failed_at BIGINT;
-- Whether somebody made sure that the phone number is the recipient's.
ALTER TABLE deliveries ADD COLUMN phone_verified BOOLEAN NOT NULL DEFAULT FALSE;

-- What waits to be posted to webhooks, and what became of what was posted. Never a number, a link, a name or a message.
CREATE TABLE webhook_posts (
    id TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- JSON, final: each try sends the same bytes.
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    leased_until BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- What the newest try was answered, or why it was not.
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);
CREATE INDEX webhook_posts_by_state_not_before ON webhook_posts (state, not_before);
CREATE INDEX webhook_posts_by_receiver_created_at ON webhook_posts (receiver, created_at);

-- Receivers that said that they are gone, under the address that said so.
CREATE TABLE webhook_stops (
    receiver TEXT NOT NULL,
    url TEXT NOT NULL,
    stopped_at BIGINT NOT NULL,
    PRIMARY KEY (receiver)
);
