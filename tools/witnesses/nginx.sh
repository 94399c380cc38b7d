# shellcheck shell=bash
# nginx in front of eight backends, with exponential work of 10 ms at a load of 0.7: round robin,
# least connections and two choices, each recorded and then replayed.
: "${work:?}" "${seconds:?}" "${repeats:?}"

version_of_nginx() { "$(program nginx)" -v 2>&1; }

nginx_configuration() {  # ALGORITHM
    cat <<END
worker_processes 1;
daemon off;
pid $work/nginx/nginx.pid;
worker_rlimit_nofile 20000;
events { worker_connections 8000; }
http {
    access_log off;
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    keepalive_timeout 300s;
    keepalive_requests 100000000;
    upstream u {
        $1
$(printf '        server 127.0.0.1:%s;\n' "${ports[@]:1}")
        keepalive 128;
        keepalive_requests 100000000;
        keepalive_timeout 300s;
    }
    server {
        listen 127.0.0.1:${ports[0]} backlog=4096;
        location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; }
    }
}
END
}

start_nginx() {  # ALGORITHM
    nginx_configuration "$1" >"$work/nginx/nginx.conf"
    start nginx "$(program nginx)" -p "$work/nginx" -e stderr -c "$work/nginx/nginx.conf"
    await_port "${ports[0]}" nginx
}

# Starts nginx, records the same requests some times, and replays what was recorded.
measure_nginx_balancer() {  # NAME ALGORITHM SCENARIO TOLERANCES
    local folder=$work/nginx/$3 i way
    mkdir "$folder"
    # A new nginx each time, so that the turn is with the first backend.
    for ((i = 1; i <= repeats; ++i)); do
        start_backends "${ports[@]:1}"
        start_nginx "$2"
        record "$folder/$i" open "${ports[0]}" "$rate" "$span" 10000 1
        stop_servers
    done
    for ((i = 1; i <= repeats; ++i)); do
        # The scenario has two links, from clients and to backends, and each is passed twice.
        way=$(calculated "$(cat "$folder/$i.way") / 4")
        replay "$3" "$folder/$i.csv" "$i" --set "run.warm_up=$(calculated "$span / 10")s" \
            --set "nodes.clients.latency=${way}us" --set "nodes.nginx.latency=${way}us"
    done
    compare_replays "$1" "$4" "$folder"
}

measure_nginx() {
    local rate=560 ports span
    mapfile -t ports < <(free_ports 9)
    # A fifth of the time for starting; the rest for three times the repeats.
    span=$(calculated "$seconds * 0.8 / (3 * $repeats)")
    start_backends "${ports[@]:1}"
    record "$work/nginx/bare" open "${ports[1]}" 300 1 0 7
    start_nginx ""
    record "$work/nginx/way" open "${ports[0]}" 300 1 0 7
    stop_servers
    echo "    without work a request takes $(cat "$work/nginx/bare.way") us to a backend and back, and $(cat "$work/nginx/way.way") us by way of nginx"

    # What an exact algorithm misses of such recordings: nothing but what the machine adds where the
    # turn decides; where it is decided by who has ended, microseconds do.
    measure_nginx_balancer "round robin" "" R2_nginx_exp_rr \
        "mean=0.7% p50=0.7% p90=0.7% p99=0.7% same_backend=1%"
    measure_nginx_balancer "least_conn" "least_conn;" R2_nginx_exp_least_conn \
        "mean=2% p50=2% p90=2% p99=5%"
    measure_nginx_balancer "random two least_conn" "random two least_conn;" R2_nginx_exp_random2lc \
        "mean=2.5% p50=4% p90=2.5% p99=6%"
}
