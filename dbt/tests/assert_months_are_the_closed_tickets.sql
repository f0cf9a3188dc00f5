-- What was closed in all months is the tickets that are closed now and have a closing date.
with month as (
    select coalesce(sum(closed), 0) as tickets from {{ ref('halo__team_monthly') }}
),

closed as (
    select count(closed_at) as tickets from {{ ref('halo__ticket') }}
)

select month.tickets as in_months, closed.tickets as closed_now
from month
cross join closed
where month.tickets <> closed.tickets
