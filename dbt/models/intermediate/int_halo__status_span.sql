{#- From when to when a ticket was in which status: the first span, one for each change, and one more
    where the chain of changes does not end in the ticket's status. -#}
with
ticket as (
    select * from {{ ref('int_halo__ticket') }} where opened_at is not null
),

change as (
    select * from {{ ref('int_halo__status_change') }}
),

first_change as (
    select * from change where position = 1
),

last_change as (
    select * from change where position_from_end = 1
),

first_span as (
    select
        ticket.ticket_id,
        0 as position,
        case
            when first_change.ticket_id is not null then first_change.old_status_id
            when not ticket.is_closed then ticket.status_id
        end as status_id,
        ticket.opened_at as started_at,
        false as is_inferred
    from ticket
    left join first_change on ticket.ticket_id = first_change.ticket_id
),

changed_span as (
    select
        change.ticket_id,
        change.position,
        change.new_status_id as status_id,
        change.changed_at as started_at,
        false as is_inferred
    from change
    inner join ticket on change.ticket_id = ticket.ticket_id
),

reconciled as (
    select
        ticket.ticket_id,
        coalesce(last_change.position, 0) + 1 as position,
        ticket.status_id,
        coalesce(last_change.changed_at, ticket.opened_at) as not_before,
        case
            when ticket.is_closed then coalesce(ticket.last_closed_at, ticket.updated_at)
            else ticket.updated_at
        end as supposed_at
    from ticket
    left join last_change on ticket.ticket_id = last_change.ticket_id
    where
        (last_change.ticket_id is null and ticket.is_closed)
        or last_change.new_status_id <> ticket.status_id
),

inferred_span as (
    select
        ticket_id,
        position,
        status_id,
        case when supposed_at > not_before then supposed_at else not_before end as started_at,
        true as is_inferred
    from reconciled
),

span as (
    select * from first_span
    union all
    select * from changed_span
    union all
    select * from inferred_span
),

placed as (
    select
        ticket_id,
        position + 1 as position,
        status_id,
        started_at,
        is_inferred,
        {{ halo_is_one_of('status_id', 'halo_closed_status_ids') }} as is_closed,
        {{ halo_is_one_of('status_id', 'halo_hold_status_ids') }} as is_on_hold,
        {{ halo_is_one_of('status_id', 'halo_waiting_for_user_status_ids') }} as is_waiting_for_user,
        lag(status_id) over (partition by ticket_id order by position) as previous_status_id,
        lead(started_at) over (partition by ticket_id order by position) as ended_at
    from span
)

select
    ticket_id,
    position,
    status_id,
    case
        when is_closed then 'closed'
        when status_id is null then 'unknown'
        when is_waiting_for_user then 'waiting for user'
        when is_on_hold then 'on hold'
        else 'working'
    end as phase,
    is_on_hold,
    is_waiting_for_user,
    previous_status_id,
    started_at,
    ended_at,
    case when ended_at is not null then ended_at when not is_closed then {{ halo_now() }} end
        as counted_until,
    is_closed,
    {{ halo_is_one_of('previous_status_id', 'halo_closed_status_ids') }} and not is_closed
        as is_reopening,
    is_inferred
from placed
