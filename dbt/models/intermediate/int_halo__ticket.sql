{#- What is known of a ticket without its actions: names, moments, and whether it counts. -#}
with ticket as (
    select * from {{ ref('stg_halo__ticket') }}
    where not {{ halo_is_one_of('ticket_type_id', 'halo_excluded_ticket_type_ids') }}
)

select
    ticket.ticket_id,
    ticket.summary,
    ticket.status_id,
    status.status_name,
    ticket.ticket_type_id,
    ticket_type.ticket_type_name,
    coalesce(ticket.itil_request_type_id, ticket_type.itil_request_type_id) as itil_request_type_id,
    ticket.itil_name,
    ticket.priority_id,
    priority.priority_name,
    ticket.sla_id,
    sla.sla_name,
    ticket.team_id,
    coalesce(team.team_name, ticket.team_name) as team_name,
    ticket.agent_id,
    agent.agent_name,
    ticket.client_id,
    coalesce(client.client_name, ticket.client_name) as client_name,
    ticket.site_id,
    coalesce(site.site_name, ticket.site_name) as site_name,
    ticket.user_id,
    coalesce(person.user_name, ticket.user_name) as user_name,
    ticket.category_id,
    coalesce(category.category_path, ticket.category_name) as category_name,
    ticket.parent_ticket_id,
    ticket.merged_into_ticket_id,
    ticket.merged_into_ticket_id is not null as is_merged,
    {{ halo_is_one_of('ticket.status_id', 'halo_closed_status_ids') }} as is_closed,
    {{ halo_is_one_of('ticket.status_id', 'halo_hold_status_ids') }} as is_in_hold_status,
    coalesce(ticket.occurred_at, ticket.created_at) as opened_at,
    coalesce(ticket.first_response_at, ticket.response_at) as responded_at,
    case
        when
            not coalesce(ticket.is_excluded_from_sla, false)
            and coalesce(sla.is_response_tracked, true)
            then ticket.respond_by_at
    end as response_due_at,
    case
        when
            not coalesce(ticket.is_excluded_from_sla, false)
            and coalesce(sla.is_resolution_tracked, true)
            then ticket.fix_by_at
    end as resolution_due_at,
    ticket.closed_at as last_closed_at,
    ticket.updated_at,
    ticket.synced_at,
    coalesce(workday.workday_id, 0) as schedule_id,
    ticket.reassign_count,
    ticket.sla_hold_time,
    ticket.sla_response_state,
    satisfaction.satisfaction_level,
    satisfaction.satisfaction_comment,
    ticket.custom_fields,
    {#- Tickets of one group are counted together; any part of it may be missing. #}
    {% for part in ['ticket.team_id', 'ticket.ticket_type_id', 'ticket.priority_id'] -%}
    coalesce(cast({{ part }} as {{ dbt.type_string() }}), '') || '|' ||
    {% endfor -%}
    coalesce(team.team_name, ticket.team_name, '') || '|' || coalesce(priority.priority_name, '')
        as group_key
from ticket
left join {{ ref('stg_halo__status') }} as status on ticket.status_id = status.status_id
left join {{ ref('stg_halo__ticket_type') }} as ticket_type
    on ticket.ticket_type_id = ticket_type.ticket_type_id
left join {{ ref('stg_halo__priority') }} as priority
    on ticket.sla_id = priority.sla_id and ticket.priority_id = priority.priority_id
left join {{ ref('stg_halo__sla') }} as sla on ticket.sla_id = sla.sla_id
left join {{ ref('stg_halo__workday') }} as workday on sla.workday_id = workday.workday_id
left join {{ ref('stg_halo__team') }} as team on ticket.team_id = team.team_id
left join {{ ref('stg_halo__agent') }} as agent on ticket.agent_id = agent.agent_id
left join {{ ref('stg_halo__client') }} as client on ticket.client_id = client.client_id
left join {{ ref('stg_halo__site') }} as site on ticket.site_id = site.site_id
left join {{ ref('stg_halo__user') }} as person on ticket.user_id = person.user_id
left join {{ ref('stg_halo__category') }} as category on ticket.category_id = category.category_id
left join {{ ref('stg_halo__ticket_satisfaction') }} as satisfaction
    on ticket.ticket_id = satisfaction.ticket_id
