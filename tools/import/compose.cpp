#include "tools/import/compose.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "tools/import/hints.h"
#include "tools/import/images.h"
#include "tools/import/keys.h"
#include "tools/import/values.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

// "${TAG:-16}" is 16, "$$" is $; a variable without a default is empty, as it is for Docker where
// the environment does not have it. The environment of who imports is not looked at.
std::string interpolated(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '$' || at + 1 >= text.size()) {
            result += text[at];
        } else if (text[at + 1] == '$') {
            result += text[at++];
        } else if (text[at + 1] == '{') {
            const std::size_t end = text.find('}', at);
            if (end == std::string::npos) return result + text.substr(at);
            const std::string inside = text.substr(at + 2, end - at - 2);
            const std::size_t dash = inside.find('-');
            if (dash != std::string::npos) result += inside.substr(dash + 1);
            at = end;
        } else {
            result += text[at];
        }
    }
    return result;
}

void interpolate(Json& json) {
    if (std::string* const text = std::get_if<std::string>(&json.content)) {
        *text = interpolated(*text);
    } else if (Json::List* const list = json.list()) {
        for (Json& each : *list) interpolate(each);
    } else if (Json::Object* const members = json.object()) {
        for (spec::Member& each : *members) interpolate(each.value);
    }
}

struct ServiceReader : Reading {
    Part& part;
    std::vector<Hint> hints{};  // in the order in which they stand
};

void take_replicas(ServiceReader& reader, const Json& json, const std::string& name) {
    const auto count = number_of(text_of(&json));
    if (!count || *count > 100'000) return reader.wrong(json, name, "a number of replicas");
    if (*count < 1) {
        reader.system.leave_out(json.place, reader.path + "." + name,
                                "no replicas: one is written, so that there is a node");
        return;
    }
    reader.part.replicas = static_cast<std::uint64_t>(*count);
}

void take_cores(ServiceReader& reader, const Json& json, const std::string& name,
                std::optional<double>& cores) {
    if (text_of(&json) == "0") return;  // no limit
    cores = number_of(text_of(&json));
    if (cores && (*cores < 0.01 || *cores > 1024)) cores.reset();
    if (!cores) reader.wrong(json, name, "a number of cores from 0.01 to 1024");
}

void take_size(ServiceReader& reader, const Json& json, const std::string& name,
               std::string& size) {
    if (text_of(&json) == "0") return;
    const auto found = compose_size(text_of(&json));
    if (!found) return reader.wrong(json, name, "a size such as 512m");
    size = *found;
}

void put_duration(ServiceReader& reader, const spec::Member& member, Json& object,
                  const char* name) {
    const auto found = duration_text(text_of(&member.value));
    if (!found) return reader.wrong(member.value, member.name, "a duration such as 30s");
    object.put(name, *found);
}

void take_resources(ServiceReader& reader, const Json& resources) {
    for (const spec::Member& side : *resources.object()) {
        const bool is_limit = side.name == "limits";
        if ((!is_limit && side.name != "reservations") || side.value.object() == nullptr) {
            reader.leave(side, "resources have limits and reservations");
            continue;
        }
        for (const spec::Member& each : *side.value.object()) {
            const std::string name = "deploy.resources." + side.name + "." + each.name;
            if (each.name == "cpus") {
                take_cores(reader, each.value, name,
                           is_limit ? reader.part.cpu_limit : reader.part.cpu_request);
            } else if (each.name == "memory") {
                take_size(reader, each.value, name,
                          is_limit ? reader.part.memory_limit : reader.part.memory_request);
            } else {
                reader.system.leave_out(each.place, reader.path + "." + name,
                                        "there is no such resource in a scenario");
            }
        }
        if (!is_limit) {
            reader.leave(side,
                         "one host is written, on which nothing is reserved; see nodes.cluster");
        }
    }
}

void take_restart_policy(ServiceReader& reader, const Json& policy) {
    for (const spec::Member& each : *policy.object()) {
        if (each.name == "delay") {
            put_duration(reader, each, reader.part.settings, "restart_time");
        } else if (each.name == "condition") {
            if (text_of(&each.value) == "none") reader.leave(each, "what crashes is started again");
        } else {
            reader.leave(each, "what crashes is started again, each time");
        }
    }
}

void take_deploy(ServiceReader& reader, const spec::Member& member) {
    if (member.value.object() == nullptr) return reader.wrong(member.value, "deploy", "a map");
    for (const spec::Member& each : *member.value.object()) {
        if (each.name == "replicas") {
            take_replicas(reader, each.value, "deploy.replicas");
        } else if (each.name == "resources" && each.value.object() != nullptr) {
            take_resources(reader, each.value);
        } else if (each.name == "restart_policy" && each.value.object() != nullptr) {
            take_restart_policy(reader, each.value);
        } else if (each.name == "mode" && text_of(&each.value) == "replicated") {
            continue;
        } else {
            reader.system.leave_out(each.place, reader.path + ".deploy." + each.name,
                                    "there is one host, and it is played as it runs");
        }
    }
}

// Docker itself only tells that a container is unhealthy. That requests go elsewhere is what a
// proxy before it makes of that, and what a readiness probe does.
void take_healthcheck(ServiceReader& reader, const spec::Member& member) {
    const Json::Object* const members = member.value.object();
    if (members == nullptr) return reader.wrong(member.value, "healthcheck", "a map");
    if (text_at(member.value, "disable") == "true") return;
    Json probe = Json::Object();
    probe.put("period", "30s");
    probe.put("timeout", "30s");
    for (const spec::Member& each : *members) {
        if (each.name == "interval") put_duration(reader, each, probe, "period");
        if (each.name == "timeout") put_duration(reader, each, probe, "timeout");
        if (each.name == "start_period") put_duration(reader, each, probe, "initial_delay");
        if (each.name == "retries") {
            const auto count = number_of(text_of(&each.value));
            if (!count || *count < 1 || *count > 1e6) {
                reader.wrong(each.value, "healthcheck.retries", "a number");
            } else {
                probe.put("failure_threshold", static_cast<std::uint64_t>(*count));
            }
        }
    }
    reader.part.lifecycle.put("readiness_probe", std::move(probe));
}

void take_depends_on(ServiceReader& reader, const spec::Member& member) {
    if (const Json::List* const list = member.value.list()) {
        for (const Json& each : *list) reader.hints.push_back({text_of(&each), member.name});
    } else if (const Json::Object* const members = member.value.object()) {
        for (const spec::Member& each : *members) reader.hints.push_back({each.name, member.name});
    } else {
        reader.wrong(member.value, member.name, "a list of services");
    }
}

void take_links(ServiceReader& reader, const spec::Member& member) {
    if (member.value.list() == nullptr) return reader.wrong(member.value, member.name, "a list");
    for (const Json& each : *member.value.list()) {
        const std::string text = text_of(&each);
        reader.hints.push_back({text.substr(0, text.find(':')), member.name});
    }
}

void take_environment(ServiceReader& reader, const spec::Member& member) {
    if (const Json::List* const list = member.value.list()) {
        for (const Json& each : *list) {
            const std::string text = text_of(&each);
            const std::size_t equals = text.find('=');
            if (equals == std::string::npos) continue;
            add_hints_of_variable(text.substr(0, equals), text.substr(equals + 1), reader.hints);
        }
    } else if (const Json::Object* const members = member.value.object()) {
        for (const spec::Member& each : *members) {
            add_hints_of_variable(each.name, text_of(&each.value), reader.hints);
        }
    } else if (!member.value.is_null()) {
        reader.wrong(member.value, member.name, "a map or a list");
    }
}

void take_command(ServiceReader& reader, const spec::Member& member) {
    add_hints_of_command(member.value, member.name, reader.hints);
}

void take_ports(ServiceReader& reader, const spec::Member& member) {
    reader.part.is_entered = member.value.list() != nullptr && !member.value.list()->empty();
}

void take_restart(ServiceReader& reader, const spec::Member& member) {
    if (text_of(&member.value) == "no") {
        reader.leave(member, "what crashes is started again after restart_time");
    }
}

// Traefik and others find their targets by labels.
void take_labels(ServiceReader& reader, const spec::Member& member) {
    std::string text;
    if (const Json::List* const list = member.value.list()) {
        for (const Json& each : *list) text += text_of(&each) + "\n";
    } else if (const Json::Object* const members = member.value.object()) {
        for (const spec::Member& each : *members) text += each.name + "\n";
    }
    if (text.find("traefik.") != std::string::npos) reader.part.is_entered = true;
}

void take_nothing(ServiceReader&, const spec::Member&) {}

using ServiceKey = KeyOf<ServiceReader>;

constexpr std::string_view kFiles = "files and volumes are not modelled";
constexpr std::string_view kNetworks = "no network is written; see a scenario's \"network\"";
constexpr std::string_view kProcess = "it changes nothing that is modelled";

constexpr auto kServiceKeys = std::to_array<ServiceKey>({
    {"image", take_nothing},
    {"container_name", take_nothing},
    {"hostname", take_nothing},
    {"expose", take_nothing},
    {"profiles", take_nothing},
    {"scale", [](ServiceReader& reader,
                 const spec::Member& member) { take_replicas(reader, member.value, member.name); }},
    {"cpus",
     [](ServiceReader& reader, const spec::Member& member) {
         take_cores(reader, member.value, member.name, reader.part.cpu_limit);
     }},
    {"mem_limit",
     [](ServiceReader& reader, const spec::Member& member) {
         take_size(reader, member.value, member.name, reader.part.memory_limit);
     }},
    {"cpu_shares",
     [](ServiceReader& reader, const spec::Member& member) {
         const auto shares = number_of(text_of(&member.value));
         if (!shares || *shares < 2 || *shares > 262'144) {
             return reader.wrong(member.value, member.name, "a weight from 2 to 262144");
         }
         reader.part.cpu_shares = static_cast<std::uint64_t>(*shares);
     }},
    {"stop_grace_period",
     [](ServiceReader& reader, const spec::Member& member) {
         put_duration(reader, member, reader.part.lifecycle, "termination_grace_period");
     }},
    {"deploy", take_deploy},
    {"healthcheck", take_healthcheck},
    {"depends_on", take_depends_on},
    {"links", take_links},
    {"environment", take_environment},
    {"command", take_command},
    {"entrypoint", take_command},
    {"ports", take_ports},
    {"restart", take_restart},
    {"labels", take_labels},
    {"build", nullptr, "what is built is not looked at"},
    {"volumes", nullptr, kFiles},
    {"volumes_from", nullptr, kFiles},
    {"tmpfs", nullptr, kFiles},
    {"configs", nullptr, kFiles},
    {"secrets", nullptr, kFiles},
    {"env_file", nullptr, "other files are not read; docker compose config puts them in"},
    {"extends", nullptr, "other services are not looked at; docker compose config resolves it"},
    {"networks", nullptr, kNetworks},
    {"network_mode", nullptr, kNetworks},
    {"extra_hosts", nullptr, kNetworks},
    {"dns", nullptr, kNetworks},
    {"external_links", nullptr, "what it links to is not in the file"},
    {"mem_reservation", nullptr, "one host is written, on which nothing is reserved"},
    {"memswap_limit", nullptr, "there is no swap"},
    {"ulimits", nullptr, "see `descriptors` of nodes.server"},
    {"logging", nullptr, "see `logging` of nodes.server"},
    {"platform", nullptr, kProcess},
    {"user", nullptr, kProcess},
    {"working_dir", nullptr, kProcess},
    {"stdin_open", nullptr, kProcess},
    {"tty", nullptr, kProcess},
    {"init", nullptr, kProcess},
    {"privileged", nullptr, kProcess},
    {"read_only", nullptr, kProcess},
    {"cap_add", nullptr, kProcess},
    {"cap_drop", nullptr, kProcess},
    {"security_opt", nullptr, kProcess},
    {"sysctls", nullptr, kProcess},
    {"pid", nullptr, kProcess},
    {"ipc", nullptr, kProcess},
    {"shm_size", nullptr, kProcess},
    {"devices", nullptr, kProcess},
    {"develop", nullptr, kProcess},
    {"pull_policy", nullptr, kProcess},
    {"stop_signal", nullptr, kProcess},
    {"annotations", nullptr, kProcess},
});

// A service by its name or by one that the others know it by.
HostNames names_of(const Json::Object& services) {
    HostNames names;
    for (const spec::Member& each : services) {
        names[each.name] = each.name;
        for (const char* alias : {"container_name", "hostname"}) {
            const std::string text = text_at(each.value, alias);
            if (!text.empty()) names.try_emplace(text, each.name);
        }
    }
    return names;
}

void add_service(const spec::Member& service, const HostNames& names, System& system) {
    const std::string path = "services." + service.name;
    if (service.value.object() == nullptr) {
        system.problems.add({service.place, {}, path + " has nothing in it", "a map is expected"});
        return;
    }
    if (const Json* const profiles = service.value.find("profiles")) {
        if (profiles->list() != nullptr && !profiles->list()->empty()) {
            system.leave_out(service.place, path,
                             "it has a profile, without which it is not started");
            return;
        }
    }
    Part& part = system.part(service.name);
    part.place = service.place;
    part.origin = "Service";
    part.image = text_at(service.value, "image");
    part.trade = trade_of(part.image);
    ServiceReader reader{{system, path}, part};
    for (const spec::Member& each : *service.value.object()) {
        if (each.name.starts_with("x-")) continue;
        take_member<ServiceReader>(reader, each, kServiceKeys);
    }
    add_uses(reader.hints, names, part);
}

}  // namespace

bool is_compose(const Json& document) {
    const Json* const services = document.find("services");
    return services != nullptr && services->object() != nullptr;
}

void add_compose(const Json& document, System& system) {
    Json whole = document;
    interpolate(whole);
    const Json::Object& services = *whole.find("services")->object();
    const HostNames names = names_of(services);
    for (const spec::Member& each : *whole.object()) {
        static const std::set<std::string> kKnown = {"services", "version", "name"};
        if (kKnown.contains(each.name) || each.name.starts_with("x-")) continue;
        system.leave_out(each.place, each.name,
                         each.name == "include"
                             ? "other files are not read; docker compose config puts them in"
                             : "only services are taken over");
    }
    for (const spec::Member& each : services) add_service(each, names, system);
}

}  // namespace tools::imports
