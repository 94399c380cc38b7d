#include "tools/import/kubernetes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "tools/import/pods.h"
#include "tools/import/scaling.h"
#include "tools/import/values.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

std::string name_of_manifest(const Json& manifest) {
    const Json* const metadata = manifest.find("metadata");
    return metadata == nullptr ? std::string() : text_at(*metadata, "name");
}

const Json* below(const Json& json, std::initializer_list<const char*> path) {
    const Json* at = &json;
    for (const char* each : path) {
        at = at == nullptr ? nullptr : at->find(each);
    }
    return at;
}

struct Manifests {
    System& system;
    std::vector<Workload> workloads{};
    HostNames hosts{};  // workloads' parts by the names of services
    std::map<std::string, const Json*> config_maps{};
    std::map<std::string, std::string> priorities{};
    Json machines = Json::List();

    void leave(const Json& manifest, std::string why) {
        system.leave_out(manifest.place,
                         text_at(manifest, "kind") + "/" + name_of_manifest(manifest),
                         std::move(why));
    }
    Workload* selected(const Json* selector) {
        const auto found = std::ranges::find_if(
            workloads, [&](const Workload& each) { return selects(selector, each.labels); });
        return found == workloads.end() ? nullptr : &*found;
    }
    Workload* named(const std::string& name) {
        const auto found = std::ranges::find(workloads, name, &Workload::part);
        return found == workloads.end() ? nullptr : &*found;
    }
};

// Workloads.

constexpr std::string_view kNoRollout = "nothing is rolled out; see `rollouts` of nodes.server";
constexpr std::string_view kNothing = "it changes nothing that is modelled";

void take_none(Workload&, const spec::Member&) {}

constexpr auto kWorkloadKeys = std::to_array<KeyOf<Workload>>({
    {"template", take_none},
    {"selector", take_none},
    {"serviceName", take_none},
    {"replicas",
     [](Workload& workload, const spec::Member& member) {
         const auto count = number_of(text_of(&member.value));
         if (!count || *count < 1 || *count > 100'000) {
             return workload.wrong(member.value, member.name,
                                   "a number of replicas from 1: one is written");
         }
         workload.own().replicas = static_cast<std::uint64_t>(*count);
     }},
    {"minReadySeconds",
     [](Workload& workload, const spec::Member& member) {
         const auto time = duration_text(text_of(&member.value));
         if (!time) return workload.wrong(member.value, member.name, "a number of seconds");
         workload.own().lifecycle.put("min_ready", *time);
     }},
    {"strategy", nullptr, kNoRollout},
    {"updateStrategy", nullptr, kNoRollout},
    {"progressDeadlineSeconds", nullptr, kNoRollout},
    {"revisionHistoryLimit", nullptr, kNothing},
    {"podManagementPolicy", nullptr, kNothing},
    {"paused", nullptr, kNoRollout},
    {"volumeClaimTemplates", nullptr, "files and volumes are not modelled"},
    {"persistentVolumeClaimRetentionPolicy", nullptr, "files and volumes are not modelled"},
});

void add_workload(const Json& manifest, Manifests& all) {
    const std::string kind = text_at(manifest, "kind");
    const std::string name = name_of_manifest(manifest);
    if (below(manifest, {"metadata", "ownerReferences"}) != nullptr) {
        return all.leave(manifest, "what owns it is read instead");
    }
    const bool is_pod = kind == "Pod";
    const Json* const own = manifest.find("spec");
    const Json* const pod = is_pod ? own : below(manifest, {"spec", "template", "spec"});
    if (pod == nullptr) return all.leave(manifest, "it has no pod's spec");
    if (all.named(name) != nullptr) return all.leave(manifest, "there is one of this name already");
    Part& part = all.system.part(name);
    part.place = manifest.place;
    part.origin = kind;
    all.workloads.push_back({{all.system, kind + "/" + name + ".spec"}, name});
    Workload& workload = all.workloads.back();
    workload.labels =
        labels_of(is_pod ? below(manifest, {"metadata", "labels"})
                         : below(manifest, {"spec", "template", "metadata", "labels"}));
    if (kind == "DaemonSet") part.settings.put("daemon", true);
    if (!is_pod) take_members<Workload>(workload, *own, kWorkloadKeys);
    read_pod(*pod, workload);
}

// What others call them.

void add_service_of(const Json& manifest, Manifests& all) {
    const Json* const selector = below(manifest, {"spec", "selector"});
    const Labels wanted = labels_of(selector);
    const auto found = std::ranges::find_if(all.workloads, [&](const Workload& each) {
        return !wanted.empty() && std::ranges::all_of(wanted, [&](const auto& label) {
            const auto own = each.labels.find(label.first);
            return own != each.labels.end() && own->second == label.second;
        });
    });
    if (found == all.workloads.end()) {
        return all.leave(manifest, "it selects no pods of these files");
    }
    all.hosts.emplace(name_of_manifest(manifest), found->part);
    const Json* const type = below(manifest, {"spec", "type"});
    if (text_of(type) == "LoadBalancer" || text_of(type) == "NodePort") {
        found->own().is_entered = true;
    }
}

// A route's path: "/api" with what is below it, of a pattern what stands before it.
std::string route_path(const std::string& path, bool is_exact) {
    std::string plain = path.substr(0, path.find_first_of("(*?[|\\"));
    if (is_exact) return plain;
    while (plain.ends_with('/')) plain.pop_back();
    return plain + "/**";
}

void add_path(const std::string& path, const Json& backend, const Json& manifest, Part& ingress,
              Manifests& all) {
    std::string service = text_at(backend, "serviceName");
    if (service.empty()) service = text_of(below(backend, {"service", "name"}));
    const auto host = all.hosts.find(service);
    if (host == all.hosts.end()) {
        return all.leave(manifest, path + " leads to a service that is not in these files");
    }
    const bool is_new = std::ranges::find(ingress.paths, path, &Path::path) == ingress.paths.end();
    if (!is_new) return all.leave(manifest, path + " is there twice: hosts are not told apart");
    ingress.paths.push_back({path, host->second});
}

// All of them are one gateway; the longest path counts.
void add_ingress(const Json& manifest, Manifests& all) {
    Part& ingress = all.system.part("ingress");
    if (ingress.origin.empty()) {
        ingress.origin = "Ingress";
        ingress.place = manifest.place;
        ingress.trade = Trade::proxy;
        ingress.is_entered = true;
    }
    const Json* const rules = below(manifest, {"spec", "rules"});
    if (rules != nullptr && rules->list() != nullptr) {
        for (const Json& rule : *rules->list()) {
            const Json* const paths = below(rule, {"http", "paths"});
            if (paths == nullptr || paths->list() == nullptr) continue;
            for (const Json& each : *paths->list()) {
                const Json* const backend = each.find("backend");
                if (backend == nullptr) continue;
                const std::string path =
                    route_path(text_at(each, "path"), text_at(each, "pathType") == "Exact");
                add_path(path, *backend, manifest, ingress, all);
            }
        }
    }
    for (const char* name : {"defaultBackend", "backend"}) {
        const Json* const backend = below(manifest, {"spec", name});
        if (backend != nullptr) add_path("/**", *backend, manifest, ingress, all);
    }
    std::ranges::stable_sort(ingress.paths, std::greater<>(),
                             [](const Path& each) { return each.path.size(); });
}

// What scales and protects them.

void add_autoscaler(const Json& manifest, Manifests& all) {
    Workload* const target =
        all.named(text_of(below(manifest, {"spec", "scaleTargetRef", "name"})));
    if (target == nullptr) return all.leave(manifest, "it scales nothing of these files");
    const Json* const own = manifest.find("spec");
    Reading reading{all.system, "HorizontalPodAutoscaler/" + name_of_manifest(manifest) + ".spec"};
    Part& part = target->own();
    part.settings.put("autoscaler", hpa_of(*own, reading));
    part.replicas = within_bounds(part.replicas, *part.settings.find("autoscaler"));
}

// "50%" is of the replicas, rounded up.
std::optional<double> pods_of(const std::string& text, double replicas) {
    if (!text.ends_with('%')) return number_of(text);
    const auto share = number_of(text.substr(0, text.size() - 1));
    if (!share) return share;
    return std::ceil(*share * replicas / 100);
}

void add_budget(const Json& manifest, Manifests& all) {
    Workload* const target = all.selected(below(manifest, {"spec", "selector"}));
    if (target == nullptr) return all.leave(manifest, "it selects no pods of these files");
    const auto replicas = static_cast<double>(target->own().replicas);
    const Json* const least = below(manifest, {"spec", "minAvailable"});
    const Json* const most = below(manifest, {"spec", "maxUnavailable"});
    const auto count = pods_of(text_of(least != nullptr ? least : most), replicas);
    if (!count) return all.leave(manifest, "minAvailable or maxUnavailable is a number or a share");
    const double kept = least != nullptr ? *count : replicas - *count;
    target->own().settings.put("min_available", static_cast<std::uint64_t>(std::max(0.0, kept)));
}

// Machines.

Json machine_of(const Json& manifest, Manifests& all) {
    const Json* amounts = below(manifest, {"status", "allocatable"});
    if (amounts == nullptr) amounts = below(manifest, {"status", "capacity"});
    const auto cpu = amounts == nullptr ? std::nullopt : cores_of(text_at(*amounts, "cpu"));
    const auto memory =
        amounts == nullptr ? std::nullopt : kubernetes_size(text_at(*amounts, "memory"));
    if (!cpu || !memory) return {};
    Json machine = Json::Object();
    machine.put("count", 1);
    machine.put("cpu", *cpu);
    machine.put("memory", *memory);
    const Labels labels = labels_of(below(manifest, {"metadata", "labels"}));
    if (const auto zone = labels.find("topology.kubernetes.io/zone"); zone != labels.end()) {
        machine.put("zone", zone->second);
    }
    Json wanted = Json::List();
    for (const std::string& each : all.system.node_labels) {
        const std::size_t equals = each.find('=');
        const auto own = labels.find(each.substr(0, equals));
        if (own != labels.end() && own->second == each.substr(equals + 1)) {
            wanted.list()->push_back(each);
        }
    }
    if (!wanted.list()->empty()) machine.put("labels", std::move(wanted));
    Json names = Json::List();
    if (const Json* const taints = below(manifest, {"spec", "taints"})) {
        if (taints->list() != nullptr) {
            for (const Json& each : *taints->list()) {
                const std::string effect = text_at(each, "effect");
                names.list()->push_back(text_at(each, "key") +
                                        (effect == "NoSchedule" ? "" : ":" + effect));
            }
        }
    }
    if (!names.list()->empty()) machine.put("taints", std::move(names));
    return machine;
}

// Equal machines are one group.
void add_machine(const Json& manifest, Manifests& all) {
    Json machine = machine_of(manifest, all);
    if (machine.is_null()) {
        return all.leave(manifest, "its status says no cpu and memory (kubectl get nodes -o yaml)");
    }
    for (Json& each : *all.machines.list()) {
        Json one = each;
        one.put("count", 1);
        if (!(one == machine)) continue;
        each.put("count", std::get<std::uint64_t>(each.find("count")->content) + 1);
        return;
    }
    all.machines.list()->push_back(std::move(machine));
}

// What others say of them.

void add_config_map(const Json& manifest, Manifests& all) {
    all.config_maps[name_of_manifest(manifest)] = manifest.find("data");
}

void add_priority(const Json& manifest, Manifests& all) {
    all.priorities[name_of_manifest(manifest)] = text_at(manifest, "value");
}

// A kind: when it is read, since others need it, and how; or why it is not.
struct ManifestKind {
    std::string_view name;
    int turn = 0;
    void (*add)(const Json&, Manifests&) = nullptr;
    std::string_view why = {};
};

constexpr std::string_view kRightsOnly = "rights are not modelled";
constexpr std::string_view kStorage = "files and volumes are not modelled";
constexpr int kTurns = 3;

constexpr auto kManifestKinds = std::to_array<ManifestKind>({
    {"ConfigMap", 0, add_config_map},
    {"PriorityClass", 0, add_priority},
    {"Deployment", 0, add_workload},
    {"StatefulSet", 0, add_workload},
    {"DaemonSet", 0, add_workload},
    {"ReplicaSet", 0, add_workload},
    {"ReplicationController", 0, add_workload},
    {"Pod", 0, add_workload},
    {"Service", 1, add_service_of},
    {"HorizontalPodAutoscaler", 1, add_autoscaler},
    {"Node", 1, add_machine},
    {"PodDisruptionBudget", 2, add_budget},
    {"Ingress", 2, add_ingress},
    {"Job", 0, nullptr, "work that clients do not ask for; see nodes.jobs"},
    {"CronJob", 0, nullptr, "work that clients do not ask for; see nodes.jobs"},
    {"Secret", 0, nullptr, "secrets are not looked at"},
    {"Namespace", 0, nullptr, "namespaces are one"},
    {"ServiceAccount", 0, nullptr, kRightsOnly},
    {"Role", 0, nullptr, kRightsOnly},
    {"RoleBinding", 0, nullptr, kRightsOnly},
    {"ClusterRole", 0, nullptr, kRightsOnly},
    {"ClusterRoleBinding", 0, nullptr, kRightsOnly},
    {"NetworkPolicy", 0, nullptr, kRightsOnly},
    {"PersistentVolume", 0, nullptr, kStorage},
    {"PersistentVolumeClaim", 0, nullptr, kStorage},
    {"StorageClass", 0, nullptr, kStorage},
    {"IngressClass", 0, nullptr, kNothing},
    {"LimitRange", 0, nullptr, "write its defaults into the manifests"},
    {"ResourceQuota", 0, nullptr, "quotas are not modelled"},
    {"CustomResourceDefinition", 0, nullptr, "it only declares a kind"},
});

void add_in_turn(const Json& manifest, int turn, Manifests& all) {
    const std::string kind = text_at(manifest, "kind");
    if (kind.ends_with("List") && manifest.find("items") != nullptr) {
        const Json::List* const items = manifest.find("items")->list();
        if (items == nullptr) return;
        for (const Json& each : *items) add_in_turn(each, turn, all);
        return;
    }
    const auto* const known =
        std::ranges::find(kManifestKinds, std::string_view(kind), &ManifestKind::name);
    if (known == kManifestKinds.end()) {
        if (turn == 0) all.leave(manifest, "this kind is not known here");
    } else if (known->turn != turn) {
        return;
    } else if (known->add == nullptr) {
        all.leave(manifest, std::string(known->why));
    } else if (name_of_manifest(manifest).empty()) {
        all.leave(manifest, "it has no metadata.name");
    } else {
        known->add(manifest, all);
    }
}

// Variables of config maps, and who is called by what they and the containers name.
void finish(Workload& workload, const Manifests& all) {
    for (const std::string& each : workload.config_maps) {
        const auto found = all.config_maps.find(each);
        if (found == all.config_maps.end()) {
            workload.system.leave_out(workload.own().place, workload.path + ".envFrom",
                                      "the ConfigMap " + each + " is not in these files");
            continue;
        }
        for (const auto& [name, value] : labels_of(found->second)) {
            add_hints_of_variable(name, value, workload.hints);
        }
    }
    const auto priority = all.priorities.find(workload.priority_class);
    if (priority != all.priorities.end()) {
        const auto value = number_of(priority->second);
        if (value && *value <= 2e9) {
            workload.own().settings.put("priority", static_cast<std::uint64_t>(*value));
        } else {
            workload.system.leave_out(workload.own().place, workload.path + ".priorityClassName",
                                      "a priority from 0 is taken over");
        }
    } else if (!workload.priority_class.empty()) {
        workload.system.leave_out(workload.own().place, workload.path + ".priorityClassName",
                                  "its PriorityClass is not in these files");
    }
    add_uses(workload.hints, all.hosts, workload.own());
}

}  // namespace

bool is_manifest(const Json& document) {
    return !text_at(document, "kind").empty() && !text_at(document, "apiVersion").empty();
}

void add_manifests(const std::vector<Json>& documents, System& system) {
    Manifests all{system};
    for (int turn = 0; turn < kTurns; ++turn) {
        for (const Json& each : documents) add_in_turn(each, turn, all);
    }
    for (Workload& each : all.workloads) finish(each, all);
    if (!all.machines.list()->empty()) system.machines = std::move(all.machines);
}

}  // namespace tools::imports
