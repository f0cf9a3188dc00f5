{#- Only the rows of the field history that name one of `halo_reassigned_fields`. -#}
{%- set fields = var('halo_reassigned_fields') %}
select
    history.ticket_id,
    history.position,
    history.changed_at,
    {{ halo_day('history.changed_at') }} as changed_on,
    history.field_name,
    history.value_before,
    history.value_after,
    history.agent_id as changed_by_agent_id,
    coalesce(agent.agent_name, history.user_name) as changed_by_name,
    ticket.team_id,
    ticket.team_name
from {{ ref('stg_halo__ticket_field_history') }} as history
inner join {{ ref('int_halo__ticket') }} as ticket on history.ticket_id = ticket.ticket_id
left join {{ ref('stg_halo__agent') }} as agent on history.agent_id = agent.agent_id
where
    not ticket.is_merged
    and lower(history.field_name) in ('{{ fields | map("lower") | join("', '") }}')
    and coalesce(history.value_before, '') <> coalesce(history.value_after, '')
