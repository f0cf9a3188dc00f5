{#- From when to when a ticket was open: consecutive open spans as one. Merged tickets are left out. -#}
with
boundary as (
    select
        span.ticket_id,
        span.position,
        span.started_at,
        span.is_closed,
        span.is_reopening
    from {{ ref('int_halo__status_span') }} as span
    inner join {{ ref('int_halo__ticket') }} as ticket on span.ticket_id = ticket.ticket_id
    where
        not ticket.is_merged
        and (
            span.position = 1
            or span.is_closed <> {{ halo_is_one_of('span.previous_status_id', 'halo_closed_status_ids') }}
        )
),

bounded as (
    select
        boundary.*,
        lead(started_at) over (partition by ticket_id order by position) as ended_at
    from boundary
)

select
    ticket_id,
    position,
    started_at,
    ended_at,
    is_reopening
from bounded
where not is_closed
