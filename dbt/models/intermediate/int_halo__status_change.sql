{#- The actions that moved a ticket to another status, in order. A change dated before its ticket was
    opened counts from the opening. -#}
select
    action.ticket_id,
    action.action_id,
    action.old_status_id,
    action.new_status_id,
    case when action.acted_at < ticket.opened_at then ticket.opened_at else action.acted_at end
        as changed_at,
    row_number() over (
        partition by action.ticket_id order by action.acted_at, action.action_id
    ) as position,
    row_number() over (
        partition by action.ticket_id order by action.acted_at desc, action.action_id desc
    ) as position_from_end,
    lag(action.new_status_id) over (
        partition by action.ticket_id order by action.acted_at, action.action_id
    ) as status_before_id
from {{ ref('stg_halo__action') }} as action
inner join {{ ref('int_halo__ticket') }} as ticket on action.ticket_id = ticket.ticket_id
where
    action.acted_at is not null
    and action.new_status_id is not null
    and (action.old_status_id is null or action.old_status_id <> action.new_status_id)
