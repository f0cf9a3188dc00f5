{#- No two rows have the same values in these columns; nulls are the same. -#}
{% test halo_unique_together(model, columns) %}
select {{ columns | join(', ') }}, count(*) as same
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
