-- The walls of the command hall. Each has an account of its own that only looks, so that a kiosk is a caller like any other.
create table walls (
  id int generated always as identity primary key,
  name text not null unique,
  account_id int not null unique references accounts (id),
  -- contract/wall wallProfile, wallLayouts, wallState
  profile jsonb not null,
  layouts jsonb not null default '{}',
  state jsonb not null default '{}',
  version int not null default 1,
  -- Of the key that a kiosk signs in with; the key itself is never kept.
  key_hash bytea unique
);
create table wall_sequences (
  id int generated always as identity primary key,
  name text not null unique,
  steps jsonb not null
);

-- A town's own numbers, as tables bring them: party work, approvals, the economy.
create table figures (
  id int generated always as identity primary key,
  module text not null,
  grouping_name text not null,
  name text not null,
  period text not null default '',
  value float8,
  words text not null default '',
  unit text not null default '',
  target float8,
  source text not null,
  as_of timestamptz not null,
  -- What makes two rows one: module, group, name and period.
  key text not null unique
);

-- What happened today, for the numbers on the walls.
create index timeline_at on timeline (at);
create index incidents_closed on incidents (town_id, closed_at) where closed_at is not null;

-- Where a town's own numbers are asked for again and again.
create table figure_sources (
  id int generated always as identity primary key,
  name text not null unique,
  url text not null,
  -- contract/figures figureMapping
  mapping jsonb not null,
  every_minutes int not null check (every_minutes between 1 and 10080),
  -- When it answered last, with how many rows; and what was wrong the last time, empty: nothing.
  asked_at timestamptz,
  taken int,
  problem text not null default ''
);
-- The address that brought a figure: an imported table may have the same name.
alter table figures add column source_id int references figure_sources (id) on delete set null;
