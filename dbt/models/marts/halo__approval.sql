with
approval as (
    select
        approval.*,
        ticket.summary,
        ticket.ticket_type_name,
        ticket.team_id,
        ticket.team_name,
        ticket.is_closed
    from {{ ref('stg_halo__ticket_approval') }} as approval
    inner join {{ ref('int_halo__ticket') }} as ticket on approval.ticket_id = ticket.ticket_id
    where not ticket.is_merged
)

select
    approval.ticket_id,
    approval.position,
    approval.summary,
    approval.ticket_type_name,
    approval.team_id,
    approval.team_name,
    coalesce(agent.agent_name, person.user_name, approval.agent_name, approval.approver_name)
        as approver_name,
    approval.role_name,
    approval.approval_process_name,
    approval.step_name,
    approval.requestor_name,
    approval.is_mandatory,
    approval.result,
    approval.asked_at,
    approval.decided_at,
    approval.decided_at is null and not approval.is_closed as is_waiting,
    {{ halo_hours_between('approval.asked_at', 'approval.decided_at') }} as decision_hours,
    case
        when approval.decided_at is null and not approval.is_closed
            then {{ halo_hours_between('approval.asked_at', halo_now()) }}
    end as waiting_hours,
    approval.approver_note
from approval
left join {{ ref('stg_halo__agent') }} as agent on approval.agent_id = agent.agent_id
left join {{ ref('stg_halo__user') }} as person on approval.user_id = person.user_id
