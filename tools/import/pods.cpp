#include "tools/import/pods.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/import/images.h"
#include "tools/import/values.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;
using PodKey = KeyOf<Workload>;

constexpr std::string_view kVolumes = "files and volumes are not modelled";
constexpr std::string_view kRights = "it changes nothing that is modelled";
constexpr std::string_view kAddresses = "no network is written; see a scenario's \"network\"";

void take_no_part(Workload&, const spec::Member&) {}

// Reads what is within, under its path.
template <typename Read>
void within(Workload& workload, const std::string& name, Read&& read) {
    const std::string outside = workload.path;
    workload.path += "." + name;
    read();
    workload.path = outside;
}

std::optional<std::uint64_t> count_of(const Json& json, double least, double most) {
    const auto number = number_of(text_of(&json));
    if (!number || *number < least || *number > most || *number != std::floor(*number)) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*number);
}

// Probes.

struct ProbeKey {
    std::string_view name;
    const char* word;  // of a probe here
    bool is_duration;
};

constexpr auto kProbeKeys = std::to_array<ProbeKey>({
    {"initialDelaySeconds", "initial_delay", true},
    {"periodSeconds", "period", true},
    {"timeoutSeconds", "timeout", true},
    {"failureThreshold", "failure_threshold", false},
    {"successThreshold", "success_threshold", false},
});

// How it is asked is not taken over: a probe here sees whether the process serves.
void take_probe(Workload& workload, const spec::Member& member, const char* name) {
    if (member.value.object() == nullptr) return workload.wrong(member.value, member.name, "a map");
    Json probe = Json::Object();
    for (const spec::Member& each : *member.value.object()) {
        static constexpr auto kHow =
            std::to_array<std::string_view>({"httpGet", "tcpSocket", "exec", "grpc"});
        if (std::ranges::find(kHow, each.name) != kHow.end()) continue;
        const auto* const key =
            std::ranges::find(kProbeKeys, std::string_view(each.name), &ProbeKey::name);
        const auto count = count_of(each.value, 0, 1e6);
        if (key == kProbeKeys.end() || !count) {
            within(workload, member.name,
                   [&] { workload.leave(each, "a probe has no such word, or no such value"); });
        } else if (key->is_duration) {
            // Kubernetes takes 0 for its default where it means nothing.
            if (*count > 0) probe.put(key->word, fmt::format("{}s", *count));
        } else if (*count > 0) {
            probe.put(key->word, *count);
        }
    }
    workload.own().lifecycle.put(name, std::move(probe));
}

// "sleep 15", however it is said.
std::string sleep_of(const Json& hook) {
    if (const Json* const sleep = hook.find("sleep")) return text_at(*sleep, "seconds");
    const Json* const exec = hook.find("exec");
    const Json* const command = exec == nullptr ? nullptr : exec->find("command");
    if (command == nullptr || command->list() == nullptr) return {};
    std::string words;
    for (const Json& each : *command->list()) words += text_of(&each) + " ";
    const std::size_t at = words.find("sleep ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + 6;
    return words.substr(begin, words.find_first_not_of("0123456789", begin) - begin);
}

void take_hooks(Workload& workload, const spec::Member& member) {
    const Json* const hook = member.value.find("preStop");
    const auto sleep = hook == nullptr ? std::nullopt : duration_text(sleep_of(*hook));
    if (sleep) {
        workload.own().lifecycle.put("pre_stop", *sleep);
    } else {
        workload.leave(member, "of hooks only a preStop that sleeps is taken over");
    }
}

// Resources, of which a pod has the sum over its containers.

void take_amounts(Workload& workload, const Json& amounts, std::optional<double>& cpu,
                  std::string& memory) {
    if (amounts.object() == nullptr) return workload.wrong(amounts, "", "a map");
    for (const spec::Member& each : *amounts.object()) {
        if (each.name == "cpu") {
            const auto cores = cores_of(text_of(&each.value));
            if (!cores || *cores < 0.001) {
                workload.wrong(each.value, each.name, "a number of cores");
            } else {
                cpu = std::round((cpu.value_or(0) + *cores) * 1000) / 1000;  // in millicores
            }
        } else if (each.name == "memory") {
            const auto size = kubernetes_size(text_of(&each.value));
            if (!size) {
                workload.wrong(each.value, each.name, "a size such as 256Mi");
            } else {
                memory = size_text(bytes_of(memory).value_or(0) + bytes_of(*size).value_or(0));
            }
        } else {
            workload.leave(each, "there is no such resource in a scenario");
        }
    }
}

void take_pod_resources(Workload& workload, const spec::Member& member) {
    if (member.value.object() == nullptr) return workload.wrong(member.value, member.name, "a map");
    Part& part = workload.own();
    for (const spec::Member& each : *member.value.object()) {
        within(workload, member.name + "." + each.name, [&] {
            if (each.name == "limits") {
                take_amounts(workload, each.value, part.cpu_limit, part.memory_limit);
            } else if (each.name == "requests") {
                take_amounts(workload, each.value, part.cpu_request, part.memory_request);
            }
        });
        if (each.name != "limits" && each.name != "requests") {
            workload.leave(each, "resources are requests and limits");
        }
    }
}

void take_pod_variables(Workload& workload, const spec::Member& member) {
    if (member.value.list() == nullptr) return workload.wrong(member.value, member.name, "a list");
    for (const Json& each : *member.value.list()) {
        add_hints_of_variable(text_at(each, "name"), text_at(each, "value"), workload.hints);
        if (each.find("valueFrom") == nullptr) continue;
        workload.system.leave_out(each.place, workload.path + ".env." + text_at(each, "name"),
                                  "its value is somewhere else");
    }
}

void take_variables_from(Workload& workload, const spec::Member& member) {
    if (member.value.list() == nullptr) return workload.wrong(member.value, member.name, "a list");
    for (const Json& each : *member.value.list()) {
        if (const Json* const map = each.find("configMapRef")) {
            workload.config_maps.push_back(text_at(*map, "name"));
        } else {
            workload.system.leave_out(each.place, workload.path + "." + member.name,
                                      "of these only config maps are looked at");
        }
    }
}

void take_pod_command(Workload& workload, const spec::Member& member) {
    add_hints_of_command(member.value, member.name, workload.hints);
}

constexpr auto kContainerKeys = std::to_array<PodKey>({
    {"name", take_no_part},
    {"image", take_no_part},
    {"ports", take_no_part},
    {"env", take_pod_variables},
    {"envFrom", take_variables_from},
    {"command", take_pod_command},
    {"args", take_pod_command},
    {"resources", take_pod_resources},
    {"livenessProbe",
     [](Workload& workload, const spec::Member& member) {
         take_probe(workload, member, "liveness_probe");
     }},
    {"readinessProbe",
     [](Workload& workload, const spec::Member& member) {
         take_probe(workload, member, "readiness_probe");
     }},
    {"startupProbe",
     [](Workload& workload, const spec::Member& member) {
         take_probe(workload, member, "startup_probe");
     }},
    {"lifecycle", take_hooks},
    {"volumeMounts", nullptr, kVolumes},
    {"volumeDevices", nullptr, kVolumes},
    {"imagePullPolicy", nullptr, kRights},
    {"securityContext", nullptr, kRights},
    {"workingDir", nullptr, kRights},
    {"stdin", nullptr, kRights},
    {"tty", nullptr, kRights},
    {"terminationMessagePath", nullptr, kRights},
    {"terminationMessagePolicy", nullptr, kRights},
});

// The first container is what the pod is there for; of others their resources count, as they do for
// the scheduler.
void take_containers(Workload& workload, const spec::Member& member) {
    const Json::List* const containers = member.value.list();
    if (containers == nullptr || containers->empty()) {
        return workload.wrong(member.value, member.name, "a list of containers");
    }
    workload.own().image = text_at(containers->front(), "image");
    workload.own().trade = trade_of(workload.own().image);
    for (std::size_t i = 0; i < containers->size(); ++i) {
        const Json& container = (*containers)[i];
        within(workload, fmt::format("containers.{}", i), [&] {
            if (i == 0) return take_members<Workload>(workload, container, kContainerKeys);
            workload.system.leave_out(container.place, workload.path,
                                      "a further container: its resources are added, it does no "
                                      "work for requests");
            if (container.object() == nullptr) return;
            for (const spec::Member& each : *container.object()) {
                if (each.name == "resources") take_pod_resources(workload, each);
            }
        });
    }
}

// Where pods may run.

bool is_zone(std::string_view key) {
    return key == "topology.kubernetes.io/zone" || key == "failure-domain.beta.kubernetes.io/zone";
}

void ask_for_label(Workload& workload, const std::string& key, const std::string& value) {
    const std::string label = (is_zone(key) ? "zone" : key) + "=" + value;
    Part& part = workload.own();
    if (part.settings.find("node_selector") == nullptr) {
        part.settings.put("node_selector", Json::List());
    }
    part.settings.find("node_selector")->list()->push_back(label);
    std::vector<std::string>& all = workload.system.node_labels;
    if (std::ranges::find(all, label) == all.end()) all.push_back(label);
}

void take_node_selector(Workload& workload, const spec::Member& member) {
    if (member.value.object() == nullptr) return workload.wrong(member.value, member.name, "a map");
    for (const spec::Member& each : *member.value.object()) {
        ask_for_label(workload, each.name, text_of(&each.value));
    }
}

const Json* required(const Json* affinity) {
    return affinity == nullptr ? nullptr
                               : affinity->find("requiredDuringSchedulingIgnoredDuringExecution");
}

// Pods of the same kind apart from one another.
void take_pod_anti_affinity(Workload& workload, const Json& affinity) {
    const Json* const terms = required(&affinity);
    if (terms != nullptr && terms->list() != nullptr) {
        for (const Json& term : *terms->list()) {
            const std::string key = text_at(term, "topologyKey");
            const bool is_host = key == "kubernetes.io/hostname";
            if (!selects(term.find("labelSelector"), workload.labels) ||
                (!is_host && !is_zone(key))) {
                workload.system.leave_out(term.place, workload.path + ".podAntiAffinity",
                                          "only pods of its own kind are kept apart, on machines "
                                          "or in zones");
                continue;
            }
            workload.own().settings.put("placement", is_host ? "one_per_machine" : "one_per_zone");
        }
    }
    // What is preferred, `spread` does.
}

void take_node_affinity(Workload& workload, const spec::Member& member) {
    const Json* const need = required(&member.value);
    const Json* const terms = need == nullptr ? nullptr : need->find("nodeSelectorTerms");
    const bool is_one = terms != nullptr && terms->list() != nullptr && terms->list()->size() == 1;
    const Json* const expressions =
        is_one ? terms->list()->front().find("matchExpressions") : nullptr;
    if (expressions == nullptr || expressions->list() == nullptr) {
        return workload.leave(member, "of these only one required term is taken over");
    }
    for (const Json& each : *expressions->list()) {
        const Json* const values = each.find("values");
        if (text_at(each, "operator") == "In" && values != nullptr && values->list() != nullptr &&
            values->list()->size() == 1) {
            ask_for_label(workload, text_at(each, "key"), text_of(&values->list()->front()));
        } else {
            workload.system.leave_out(each.place, workload.path + ".nodeAffinity",
                                      "a label is asked for with one value (In)");
        }
    }
}

void take_affinity(Workload& workload, const spec::Member& member) {
    if (member.value.object() == nullptr) return workload.wrong(member.value, member.name, "a map");
    within(workload, member.name, [&] {
        for (const spec::Member& each : *member.value.object()) {
            if (each.name == "podAntiAffinity") {
                take_pod_anti_affinity(workload, each.value);
            } else if (each.name == "nodeAffinity") {
                take_node_affinity(workload, each);
            } else {
                workload.leave(each, "affinity to other kinds of pods is not modelled");
            }
        }
    });
}

void take_spread(Workload& workload, const spec::Member& member) {
    if (member.value.list() == nullptr) return workload.wrong(member.value, member.name, "a list");
    for (const Json& each : *member.value.list()) {
        if (text_at(each, "whenUnsatisfiable") == "ScheduleAnyway") continue;  // `spread` does it
        const Json* const skew = each.find("maxSkew");
        const auto count = skew == nullptr ? std::nullopt : count_of(*skew, 1, 1e6);
        if (!is_zone(text_at(each, "topologyKey")) || !count) {
            workload.system.leave_out(each.place, workload.path + "." + member.name,
                                      "only zones bound the skew");
            continue;
        }
        workload.own().settings.put("zone_skew", *count);
    }
}

void take_tolerations(Workload& workload, const spec::Member& member) {
    if (member.value.list() == nullptr) return workload.wrong(member.value, member.name, "a list");
    Json names = Json::List();
    Json seconds = Json::Object();
    for (const Json& each : *member.value.list()) {
        const std::string key = text_at(each, "key");
        if (key.empty() || key.starts_with("node.kubernetes.io/")) {
            workload.system.leave_out(each.place, workload.path + "." + member.name,
                                      "tolerations name a taint; for machines that are not "
                                      "reachable see `evict_after` of nodes.cluster");
            continue;
        }
        names.list()->push_back(key);
        const Json* const time = each.find("tolerationSeconds");
        const auto count = time == nullptr ? std::nullopt : count_of(*time, 0, 1e7);
        if (count) seconds.put(key, fmt::format("{}s", *count));
    }
    Json& settings = workload.own().settings;
    if (!names.list()->empty()) settings.put("tolerations", std::move(names));
    if (!seconds.object()->empty()) settings.put("toleration_seconds", std::move(seconds));
}

void take_grace(Workload& workload, const spec::Member& member) {
    const auto count = count_of(member.value, 0, 1e7);
    if (!count) return workload.wrong(member.value, member.name, "a number of seconds");
    workload.own().lifecycle.put("termination_grace_period", fmt::format("{}s", *count));
}

constexpr auto kPodKeys = std::to_array<PodKey>({
    {"containers", take_containers},
    {"affinity", take_affinity},
    {"topologySpreadConstraints", take_spread},
    {"nodeSelector", take_node_selector},
    {"tolerations", take_tolerations},
    {"terminationGracePeriodSeconds", take_grace},
    {"priorityClassName",
     [](Workload& workload, const spec::Member& member) {
         workload.priority_class = text_of(&member.value);
     }},
    {"restartPolicy",
     [](Workload& workload, const spec::Member& member) {
         if (text_of(&member.value) != "Always") {
             workload.leave(member, "what crashes is started again");
         }
     }},
    {"initContainers", nullptr, "see `start_time` of a server's lifecycle"},
    {"volumes", nullptr, kVolumes},
    {"serviceAccountName", nullptr, kRights},
    {"serviceAccount", nullptr, kRights},
    {"automountServiceAccountToken", nullptr, kRights},
    {"securityContext", nullptr, kRights},
    {"imagePullSecrets", nullptr, kRights},
    {"enableServiceLinks", nullptr, kRights},
    {"schedulerName", nullptr, "pods are scheduled by the one scheduler that there is"},
    {"runtimeClassName", nullptr, kRights},
    {"nodeName", nullptr, "pods are scheduled, and not bound to one machine"},
    {"hostname", nullptr, kAddresses},
    {"subdomain", nullptr, kAddresses},
    {"hostNetwork", nullptr, kAddresses},
    {"hostPID", nullptr, kRights},
    {"hostAliases", nullptr, kAddresses},
    {"dnsPolicy", nullptr, kAddresses},
    {"dnsConfig", nullptr, kAddresses},
});

}  // namespace

Labels labels_of(const Json* json) {
    Labels labels;
    if (json == nullptr || json->object() == nullptr) return labels;
    for (const spec::Member& each : *json->object()) labels[each.name] = text_of(&each.value);
    return labels;
}

bool selects(const Json* selector, const Labels& labels) {
    if (selector == nullptr || selector->object() == nullptr) return false;
    const Labels wanted = labels_of(selector->find("matchLabels"));
    const bool fits = std::ranges::all_of(wanted, [&](const auto& each) {
        const auto found = labels.find(each.first);
        return found != labels.end() && found->second == each.second;
    });
    const Json* const expressions = selector->find("matchExpressions");
    if (!fits || expressions == nullptr || expressions->list() == nullptr) {
        return fits && !wanted.empty();
    }
    return std::ranges::all_of(*expressions->list(), [&](const Json& each) {
        const auto found = labels.find(text_at(each, "key"));
        const Json* const values = each.find("values");
        if (text_at(each, "operator") != "In" || found == labels.end()) return false;
        if (values == nullptr || values->list() == nullptr) return false;
        return std::ranges::any_of(
            *values->list(), [&](const Json& value) { return text_of(&value) == found->second; });
    });
}

void read_pod(const Json& pod, Workload& workload) {
    workload.own().in_cluster = true;
    take_members<Workload>(workload, pod, kPodKeys);
}

}  // namespace tools::imports
