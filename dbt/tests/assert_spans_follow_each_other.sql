-- A span ends when the next one of its ticket begins, and none ends before it began.
with span as (
    select
        ticket_id,
        started_at,
        ended_at,
        lead(started_at) over (partition by ticket_id order by position) as next_started_at
    from {{ ref('halo__ticket_status_history') }}
)

select *
from span
where
    ended_at < started_at
    or ended_at <> next_started_at
    or (ended_at is null and next_started_at is not null)
    or (ended_at is not null and next_started_at is null)
