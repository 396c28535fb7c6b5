-- Squads sent to cases: what people can do, what a class of cases takes, offers and answers.

alter table officers
  -- 执法证: holds a certificate of enforcement.
  add column certified boolean not null default false,
  -- In the town's own words: 急救; 城管执法; 无人机.
  add column skills text[] not null default '{}',
  add column powers text[] not null default '{}',
  add column equipment text[] not null default '{}';
-- contract/dispatch classNeeds; null: one of them, whoever it is.
alter table incident_classes add column needs jsonb;
-- contract/dispatch dispatchSettings; null: as usual.
alter table towns add column dispatch jsonb;
grant update (dispatch) on towns to xiake_app;

-- A colleague in danger: above every other case, with limits of minutes.
insert into incident_classes (code, name, name_en, family, severity, open, active, limits)
values ('SOS', '人员遇险', 'Officer in danger', 'safety', 'urgent', false, false, '{
  "file": {"amount": 0.05, "kind": "natural"},
  "dispatch": {"amount": 0.05, "kind": "natural"},
  "handle": [{"name": "", "amount": 1, "kind": "natural"}],
  "check": {"amount": 1, "kind": "workday"}
}');

create table assignments (
  town_id int not null,
  incident_id int not null,
  id int generated always as identity unique,
  unit_id int not null references units (id),
  -- The squad the case is with; the others reinforce it.
  lead boolean not null,
  state text not null check (
    state in ('offered', 'accepted', 'enroute', 'onscene', 'done', 'declined', 'lapsed', 'recalled')
  ),
  -- Declined or lapsed, the offer goes on to the next squad of the recommendation.
  next boolean not null,
  offered_at timestamptz not null,
  offered_by text not null,
  lapses_at timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  enroute_at timestamptz,
  onscene_at timestamptz,
  ended_at timestamptz,
  reason text not null default '',
  -- The assignment that was declined or lapsed, and that this one follows: once.
  after_id int unique,
  -- The recommendation as it stood when they were sent (contract/dispatch), and their place in it; null: not among them.
  seen jsonb,
  rank smallint,
  primary key (town_id, incident_id, id),
  foreign key (town_id, incident_id) references incidents (town_id, id)
);
create index assignments_under_way on assignments (town_id, incident_id) where state in ('offered', 'accepted', 'enroute', 'onscene');

create table assignment_officers (
  officer_id int not null references officers (id),
  assignment_id int not null references assignments (id),
  active boolean not null default true,
  ended_at timestamptz,
  primary key (officer_id, assignment_id)
);
-- Nobody is sent to two places at once, whoever sends them.
create unique index assignment_officers_once on assignment_officers (officer_id) where active;
create index assignment_officers_ended on assignment_officers (officer_id, ended_at);
create index assignment_officers_of on assignment_officers (assignment_id);

-- Cases that somebody in the street is sent to, or was within a day, wherever their grids are.
create function sent_to() returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select a.incident_id from assignment_officers o join assignments a on a.id = o.assignment_id
  where o.officer_id = (select scope_officer()) and (o.active or o.ended_at > now() - interval '1 day')
$$;
revoke all on function sent_to from public;
grant execute on function sent_to to xiake_app;
create policy sent on incidents to xiake_app
  using ((select scope_officer()) is not null and id in (select sent_to()))
  with check ((select scope_officer()) is not null and id in (select sent_to()));
create policy sent on timeline for insert to xiake_app
  with check ((select scope_officer()) is not null and incident_id in (select sent_to()));

alter table assignments enable row level security;
create policy in_scope on assignments to xiake_app using (
  exists (select 1 from incidents i where i.town_id = assignments.town_id and i.id = incident_id)
);
alter table assignment_officers enable row level security;
create policy in_scope on assignment_officers to xiake_app using (
  exists (select 1 from assignments a where a.id = assignment_id)
);
grant select, insert, update on assignments, assignment_officers to xiake_app;
