-- The last day's backlog is the tickets that are open.
with backlog as (
    select coalesce(sum(open_at_end), 0) as tickets
    from {{ ref('halo__backlog_daily') }}
    where local_on = (select max(local_on) from {{ ref('halo__backlog_daily') }})
),

unclosed as (
    select count(*) as tickets
    from {{ ref('halo__ticket') }}
    where is_open and opened_at <= {{ halo_now() }}
)

select backlog.tickets as in_backlog, unclosed.tickets as open_now
from backlog
cross join unclosed
where backlog.tickets <> unclosed.tickets
