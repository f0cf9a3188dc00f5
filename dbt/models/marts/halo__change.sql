{#- What makes a ticket a change is a plan or a risk: Halo's numbers of ITIL kinds have no sure meaning. -#}
with
change as (
    select * from {{ ref('stg_halo__ticket_change') }}
    where
        risk_level is not null
        or planned_start_at is not null
        or planned_end_at is not null
        or backout_plan is not null
        or test_plan is not null
        or communication_plan is not null
),

approval as (
    select
        ticket_id,
        count(*) as approvals,
        {{ halo_count_where('is_waiting') }} as approvals_waiting,
        min(case when is_waiting then asked_at end) as waiting_since_at,
        max(decided_at) as last_decided_at
    from {{ ref('halo__approval') }}
    group by ticket_id
)

select
    change.ticket_id,
    ticket.summary,
    ticket.ticket_type_name,
    ticket.status_name,
    ticket.team_id,
    ticket.team_name,
    ticket.agent_id,
    ticket.agent_name,
    service.service_name,
    change.risk_level,
    change.risk_description,
    change.change_state,
    change.approval_step_name,
    change.approval_cab_name,
    ticket.opened_at,
    change.planned_start_at,
    change.planned_end_at,
    {{ halo_hours_between('change.planned_start_at', 'change.planned_end_at') }} as planned_hours,
    metric.first_resolved_at,
    metric.closed_at,
    not ticket.is_closed as is_open,
    case
        when metric.closed_at is not null then metric.closed_at > change.planned_end_at
        when not ticket.is_closed and change.planned_end_at < {{ halo_now() }} then true
    end as is_late,
    case
        when metric.closed_at > change.planned_end_at
            then {{ halo_hours_between('change.planned_end_at', 'metric.closed_at') }}
        when not ticket.is_closed and change.planned_end_at < {{ halo_now() }}
            then {{ halo_hours_between('change.planned_end_at', halo_now()) }}
    end as hours_late,
    coalesce(approval.approvals, 0) as approvals,
    coalesce(approval.approvals_waiting, 0) as approvals_waiting,
    approval.waiting_since_at,
    approval.last_decided_at,
    change.justification,
    change.backout_plan,
    change.test_plan,
    change.communication_plan
from change
inner join {{ ref('int_halo__ticket') }} as ticket on change.ticket_id = ticket.ticket_id
left join {{ ref('int_halo__ticket_metric') }} as metric on change.ticket_id = metric.ticket_id
left join approval on change.ticket_id = approval.ticket_id
left join {{ ref('stg_halo__service') }} as service on change.service_id = service.service_id
where not ticket.is_merged
