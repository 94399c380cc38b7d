#!/usr/bin/env bats
# Files of a system that runs somewhere become a scenario that plays, with its gaps marked; what a
# scenario cannot say is listed.

bats_require_minimum_version 1.5.0

load ../support/imported

@test "a compose file plays as it is, and after three edits" {
    "$SPATE" import "$files/voting.yaml" >voting.json 2>said
    run -0 "$SPATE" check voting.json
    run -0 --separate-stderr "$SPATE" run voting.json
    [[ $output == *"  held     availability"* ]]
    # The rate, the work of a service, and the service time of a store.
    run -0 --separate-stderr "$SPATE" run voting.json --set nodes.clients.rate=40/s \
        --set nodes.vote.endpoints.request.0.work=8ms --set nodes.db.service_time=3ms
    [[ $output == *"vote "*"worker "* ]]
    [ "$(grep -c GAP voting.json)" -ge 10 ]
    grep -q "^7 nodes; " said
}

@test "what a compose file says of its services is in their nodes" {
    "$SPATE" import "$files/voting.yaml" >voting.json 2>/dev/null
    [ "$(value voting.json nodes/vote/replicas)" = 2 ]
    [ "$(value voting.json nodes/vote/cpu_limit)" = 0.5 ]
    [ "$(value voting.json nodes/vote/memory)" = '"256MiB"' ]
    [ "$(value voting.json nodes/vote/lifecycle/readiness_probe)" = \
        '{"period": "15s", "timeout": "5s", "failure_threshold": 3, "initial_delay": "10s"}' ]
    [ "$(value voting.json nodes/result/endpoints/request/1)" = '{"call": "db"}' ]
    [ "$(value voting.json nodes/db/kind)" = '"database"' ]
    [ "$(value voting.json nodes/redis/kind)" = '"redis"' ]
    grep -q "GAP [0-9]*, load: no request comes to it" voting.json

    "$SPATE" import "$files/shop.yaml" >shop.json 2>/dev/null
    # Merge keys, and the default of a variable.
    [ "$(value shop.json nodes/orders/cpu_limit)" = 1.5 ]
    [ "$(value shop.json nodes/orders/replicas)" = 2 ]
    [ "$(value shop.json nodes/catalog/replicas)" = 3 ]
    [ "$(value shop.json nodes/edge/routes/1/to)" = '"orders.request"' ]
    [ "$(value shop.json nodes/mailer_from_broker/kind)" = '"consumers"' ]
    [ "$(value shop.json nodes/reports_from_kafka/handler)" = '"reports.handle"' ]
    [ "$(value shop.json nodes/reports/memory)" = '"201MiB"' ]
    [ "$(value shop.json nodes/orders/endpoints/request)" = \
        '[{"work": {"kind": "exponential", "mean": "5ms"}}, {"call": "orders_db"}, {"publish": "broker.tasks"}, {"call": "catalog.request"}, {"publish": "kafka.events"}]' ]
    run -0 "$SPATE" run shop.json
}

@test "what a compose file says and a scenario does not is listed with its line" {
    run -0 --separate-stderr "$SPATE" import "$files/shop.yaml"
    [[ $stderr == *"Not taken over:"*"shop.yaml:19:5: services.edge.volumes: "* ]]
    [[ $stderr == *"services.broker.heathcheck: there is no such key; did you mean \"healthcheck\"?"* ]]
    [[ $stderr == *"services.adminer: it has a profile"* ]]
    [[ $stderr == *"grafana: no request of a user's goes through it"* ]]
    # Every key of every service is taken over or listed.
    run -0 --separate-stderr "$SPATE" import "$files/voting.yaml"
    [[ $stderr == *"voting.yaml:29:5: services.worker.restart: "* ]]
}

@test "manifests play as they are, each word where it belongs" {
    "$SPATE" import "$files/guestbook.yaml" >guestbook.json 2>/dev/null
    [ "$(value guestbook.json nodes/frontend/endpoints/request/1)" = '{"call": "redis_leader"}' ]
    [ "$(value guestbook.json nodes/clients/calls)" = '"frontend.request"' ]
    [ "$(value guestbook.json nodes/frontend/cpu_request)" = 0.1 ]
    run -0 "$SPATE" run guestbook.json

    "$SPATE" import "$files"/boutique/*.yaml >boutique.json 2>said
    # Pods, with the container beside; HPA, budget, class; where they may run.
    [ "$(value boutique.json nodes/frontend/cpu_request)" = 0.15 ]
    [ "$(value boutique.json nodes/frontend/cpu_limit)" = 0.5 ]
    [ "$(value boutique.json nodes/frontend/memory)" = '"256MiB"' ]
    [ "$(value boutique.json nodes/frontend/replicas)" = 3 ]
    [ "$(value boutique.json nodes/frontend/autoscaler/metrics)" = '[{"cpu": "70%"}]' ]
    [ "$(value boutique.json nodes/frontend/autoscaler/behavior/scale_down/policies/0/value)" = 50 ]
    [ "$(value boutique.json nodes/frontend/autoscaler/behavior/scale_up/tolerance)" = '"5%"' ]
    # As kube-proxy's rules pick one.
    [ "$(value boutique.json nodes/frontend/balancer)" = '{"kind": "random"}' ]
    [ "$(value boutique.json nodes/frontend/min_available)" = 2 ]
    [ "$(value boutique.json nodes/frontend/priority)" = 1000 ]
    [ "$(value boutique.json nodes/frontend/placement)" = '"one_per_machine"' ]
    [ "$(value boutique.json nodes/frontend/zone_skew)" = 1 ]
    [ "$(value boutique.json nodes/frontend/node_selector)" = '["kubernetes.io/os=linux"]' ]
    [ "$(value boutique.json nodes/frontend/tolerations)" = '["spot"]' ]
    [ "$(value boutique.json nodes/frontend/lifecycle/pre_stop)" = '"10s"' ]
    [ "$(value boutique.json nodes/frontend/lifecycle/termination_grace_period)" = '"45s"' ]
    [ "$(value boutique.json nodes/frontend/lifecycle/readiness_probe)" = '{"initial_delay": "10s", "period": "5s"}' ]
    [ "$(value boutique.json nodes/log_agent/daemon)" = true ]
    # Who calls whom: variables of a config map, names with a namespace and of a stateful set's pods.
    [ "$(value boutique.json nodes/frontend/endpoints/request/1)" = '{"call": "cartservice.request"}' ]
    [ "$(value boutique.json nodes/cartservice/endpoints/request/1)" = '{"call": "redis_cart"}' ]
    [ "$(value boutique.json nodes/productcatalogservice/endpoints/request/1)" = '{"call": "postgres"}' ]
    [ "$(value boutique.json nodes/ingress/routes/0/to)" = '"productcatalogservice.request"' ]
    [ "$(value boutique.json nodes/ingress/routes/1/path)" = '"/**"' ]
    grep -q "GAP [0-9]*, machines: " boutique.json
    grep -q "policies.yaml:32:1: ServiceMonitor/frontend: this kind is not known here" said
    grep -q "workloads.yaml:42:11: .*containers.1: a further container" said
    grep -q "policies.yaml:10:7: .*metrics: only resources" said
    run -0 "$SPATE" run boutique.json

    # With what kubectl get nodes prints there is no such gap.
    "$SPATE" import "$files"/boutique/* >cluster.json 2>/dev/null
    run ! grep "GAP [0-9]*, machines: " cluster.json
    [ "$(value cluster.json nodes/cluster/machines/1)" = \
        '{"count": 2, "cpu": 3.92, "memory": "14GiB", "zone": "eu-1b", "labels": ["kubernetes.io/os=linux"]}' ]
    [ "$(value cluster.json nodes/cluster/machines/2/taints)" = '["spot"]' ]
    run -0 "$SPATE" run cluster.json
}

@test "with --out the schema lies beside the scenario, and what is there is left alone" {
    run -0 --separate-stderr "$SPATE" import "$files/voting.yaml" --out new/voting.json
    [[ $output == *"spate run new/voting.json --out out"* ]]
    grep -q '"$schema": "./spate.schema.json"' new/voting.json
    cmp new/spate.schema.json <("$SPATE" schema)
    run -2 --separate-stderr "$SPATE" import "$files/voting.yaml" --out new/voting.json
    [[ $stderr == *"new/voting.json is there already"* ]]
}

@test "services whose names are longer than a scenario's are told apart" {
    local long
    long=$(printf 'a%.0s' {1..200})
    printf 'services:\n  %s: {image: a, depends_on: [%s]}\n  %s: {image: b}\n' \
        "${long}b" "${long}c" "${long}c" >long.yaml
    "$SPATE" import long.yaml >long.json 2>/dev/null
    "$SPATE" check long.json
    value long.json "nodes/${long:0:64}/kind"
    value long.json "nodes/${long:0:62}_2/kind"
}

@test "what is no file of a system is one placed problem" {
    # A name, and what is in it: each is refused with a place, and quickly.
    {
        echo 'a: &a [x, x, x, x, x, x, x, x, x, x]'
        for letter in b c d e f g h; do
            previous=$(tr b-h a-g <<<"$letter")
            printf '%s: &%s [' "$letter" "$letter"
            printf "*$previous, %.0s" {1..9}
            echo "*$previous]"
        done
    } >bomb
    printf '[%.0s' {1..200000} >deep
    printf -- '- %.0s' {1..200000} >dashes
    printf '{a: %.0s' {1..100000} >maps
    printf 'services: {web: &web {image: *web}}\n' >circle
    printf 'services:\n  a: {}\n  a: {}\n' >twice
    printf 'services:\n  a: [1\n' >cut
    printf 'services:\n  a: {<<: 7}\n' >merge
    printf '? [a]\n: 1\n' >key
    printf 'services: {a: }\n' >nothing_in_it
    printf 'just a text\n' >text
    head -c 9000000 /dev/zero | tr '\0' '#' >large
    python3 -c 'import random, sys; random.seed(1); sys.stdout.buffer.write(random.randbytes(100000))' >noise
    : >empty
    printf 'kind: ServiceMonitor\napiVersion: v1\nmetadata: {name: a}\n' >unknown
    printf 'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: {{ .Values.name }}}\n' >template
    printf 'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\nspec: []\n' >no_pod
    printf 'kind: Deployment\napiVersion: apps/v1\nmetadata: []\nspec: 7\n' >no_name
    for file in unknown template no_pod no_name bomb deep dashes maps circle twice cut merge key nothing_in_it text large noise empty; do
        run -2 --separate-stderr timeout 20 "$SPATE" import "$file"
        echo "$file: $stderr"
        [ -z "$output" ]
        [[ $stderr == "$file"* ]]
        [ "${#stderr_lines[@]}" -le 4 ]
    done
    run -2 --separate-stderr "$SPATE" import twice
    [[ ${stderr_lines[0]} == 'twice:3:3: "a" is there twice' ]]
    run -2 --separate-stderr "$SPATE" import nowhere.yaml
    [[ $stderr == *"nowhere.yaml: cannot be read: "* ]]
    run -2 --separate-stderr "$SPATE" import .
    [[ $stderr == ".: this is a directory"* ]]
}
