-- Applied by every instance of orders at its start, under a lock; every statement can be repeated.

CREATE TABLE IF NOT EXISTS users (
  email         TEXT PRIMARY KEY,
  password_salt TEXT NOT NULL,
  password_hash TEXT NOT NULL -- hex of scrypt(password, salt, 32 bytes, N = 1024)
);

CREATE TABLE IF NOT EXISTS listings (
  id               INTEGER PRIMARY KEY,
  transaction_type VARCHAR(10) NOT NULL,
  title            TEXT NOT NULL,
  price            INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS listings_by_type ON listings (transaction_type);

-- Every search is recorded. The longest type is 'monthly'; were the column VARCHAR(5), as one made for 'rent' and
-- 'sale' would be, the search for it would fail with SQLSTATE 22001 (value too long).
CREATE TABLE IF NOT EXISTS searches (
  id               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_type VARCHAR(20) NOT NULL,
  query            TEXT NOT NULL,
  searched_at      TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS payments (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  listing_id INTEGER NOT NULL REFERENCES listings,
  amount     INTEGER NOT NULL,
  charge_id  TEXT NOT NULL,
  paid_at    TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS fulfilments (
  id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id   BIGINT NOT NULL UNIQUE REFERENCES payments,
  fulfilled_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Orders that wait for the service `fulfilment`. Without that service there are none: an order is fulfilled at once.
CREATE TABLE IF NOT EXISTS fulfilment_queue (
  order_id  BIGINT PRIMARY KEY,
  queued_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

INSERT INTO listings (id, transaction_type, title, price)
SELECT n, (ARRAY['rent', 'sale', 'monthly'])[n % 3 + 1], 'Flat ' || n || ' on Harbour Street', 500 + n * 10
FROM generate_series(1, 60) AS n
ON CONFLICT DO NOTHING;

-- Users of a shop that exists for drills only; the password of both is 'open sesame'.
INSERT INTO users (email, password_salt, password_hash) VALUES
  ('ada@shop.example', 'salt-of-ada', 'adf97b4bef564afda303708f10b6a6f39f2cac2cabb534964183704c5d86cea8'),
  ('bob@shop.example', 'salt-of-bob', '6c572aac1d1673af22766d506f47a9f32ba1071283b697c5f21842b94ec936ad')
ON CONFLICT DO NOTHING;
