{#- What was done on the tickets: all actions, or where those are not synced the time entries. -#}
select
    work.ticket_id,
    work.action_id,
    work.acted_at,
    work.agent_id,
    {% if var('halo_using_action', true) -%}
    work.agent_id is not null
    and coalesce(work.is_hidden_from_user, false) = false
    and work.system_action_id is null as is_reply,
    {%- else -%}
    cast(null as {{ dbt.type_boolean() }}) as is_reply,
    {%- endif %}
    cast(work.hours as numeric(18, 6)) as hours,
    cast(work.chargeable_hours as numeric(18, 6)) as chargeable_hours,
    ticket.is_merged
from {{ ref('stg_halo__action' if var('halo_using_action', true) else 'stg_halo__time_entry') }} as work
inner join {{ ref('int_halo__ticket') }} as ticket on work.ticket_id = ticket.ticket_id
