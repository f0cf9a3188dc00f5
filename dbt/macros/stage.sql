{#- A staging model: the columns that are wanted of one raw table, typed and named, without rows that
    are deleted. `wanted` has a triple for each: Halo's column, its kind, its name here. A column that
    is not there is a typed null; a table that is not there, or not used, has no rows. -#}
{% macro halo_stage(table, wanted) %}
    {%- set there = halo_columns_there(table) -%}
    select
    {%- for column, kind, name in wanted %}
        {%- set raw = 'raw.' ~ halo_quoted(column) if there is none or column in there else none %}
        {{ halo_typed(raw, kind) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    {%- if there is none or there | length > 0 %}
    from {{ source('halo', table) }} as raw
        {%- if there is none or '_fivetran_deleted' in there %}
    where not coalesce(raw.{{ halo_quoted('_fivetran_deleted') }}, false)
        {%- endif %}
    {%- else %}
    from (select 1 as nothing) as raw
    where 1 = 0
    {%- endif %}
{% endmacro %}

{#- The names of a raw table's columns as the warehouse spells them in lower case; none of them where
    the table is not used or not there; none, for all that are wanted, where nothing may be asked
    (`--no-introspect`). -#}
{% macro halo_columns_there(table) %}
    {%- if not var('halo_using_' ~ table, true) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- if not execute or not flags.INTROSPECT -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set raw = source('halo', table) -%}
    {%- set relation = adapter.get_relation(raw.database, raw.schema, raw.identifier) -%}
    {%- if relation is none and table == 'ticket' -%}
        {{ exceptions.raise_compiler_error(
            "There is no table ticket in the schema " ~ raw.schema ~ ": set the variable halo_schema "
            "to the schema of the Fivetran connection, and halo_database if it is in another one.") }}
    {%- endif -%}
    {%- if relation is none -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list) }}
{% endmacro %}

{#- One column of a kind, or a null of its type: `id` (0 and -1 are none), `agent` (1 too, who is
    "Unassigned"), `code`, `number`, `flag`, `text` (empty is none), `at`, `json`. -#}
{% macro halo_typed(raw, kind) %}
    {%- set types = {
        'id': dbt.type_bigint(), 'agent': dbt.type_bigint(), 'code': dbt.type_bigint(),
        'number': halo_type_double(), 'flag': dbt.type_boolean(), 'text': dbt.type_string(),
        'at': halo_type_at(), 'json': halo_type_json(),
    } -%}
    {%- if raw is none -%}
        cast(null as {{ types[kind] }})
    {%- elif kind == 'id' -%}
        case when {{ raw }} > 0 then {{ raw }} end
    {%- elif kind == 'agent' -%}
        case when {{ raw }} > 1 then {{ raw }} end
    {%- elif kind == 'text' -%}
        nullif({{ raw }}, '')
    {%- elif kind == 'at' -%}
        {{ halo_utc(raw) }}
    {%- else -%}
        {{ raw }}
    {%- endif -%}
{% endmacro %}
