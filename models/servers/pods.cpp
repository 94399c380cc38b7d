#include "models/servers/pods.h"

#include <fmt/format.h>

#include <cmath>

namespace models {

// One of them, as its machine knows it.
class Pods::OnMachine final : public Pod {
public:
    OnMachine(Pods& pods, FleetMember& member) : pods_(pods), member_(member) {}

    void machine_down() override { pods_.machine_down(member_); }
    void machine_up() override { pods_.machine_up(member_); }
    void not_ready() override { pods_.kubelet_.set_ready(member_, false); }
    void lost() override { pods_.lose(member_); }
    bool evict() override { return pods_.evict(member_); }
    void replace(const std::string& why) override { pods_.replace(member_, why); }
    bool stays() const override { return pods_.plan_.stay; }
    void machine_gone() override { pods_.deployment_.machine_gone(member_); }
    const Tolerations& tolerations() const override { return pods_.plan_.rules.tolerations; }
    PodRequest request() const override { return pods_.request_of(member_.size); }
    double memory_in_use() const override {
        return member_.server->is_up() ? member_.server->memory().working_set() : 0;
    }
    void evict_at_once(const std::string& why) override { pods_.evict_at_once(member_, why); }
    void kill_for_memory() override { member_.server->kill_for_memory(); }
    bool may_be_evicted() const override { return pods_.budget_allows(member_); }

private:
    Pods& pods_;
    FleetMember& member_;
};

Pods::Pods(const Plan& plan, const Context& context, Deployment& deployment, Kubelet& kubelet)
    : plan_(plan), context_(context), deployment_(deployment), kubelet_(kubelet) {}

Pods::~Pods() = default;

void Pods::use(Cluster* cluster) {
    cluster_ = cluster;
    if (cluster_ != nullptr) kind_ = cluster_->kind_of(context_.name, plan_.rules);
}

void Pods::add(FleetMember& member) {
    member.pod = pods_.emplace_back(std::make_unique<OnMachine>(*this, member)).get();
}

PodRequest Pods::request_of(const Workload::Size& size) const {
    PodRequest request;
    request.cpu = static_cast<Milli>(std::llround(static_cast<double>(size.cpu) * plan_.requested));
    request.memory.count = static_cast<std::uint64_t>(
        std::llround(static_cast<double>(size.memory.count) * plan_.memory_requested));
    request.memory_limit = size.memory;
    request.is_guaranteed = plan_.is_guaranteed;
    request.priority = plan_.priority;
    request.kind = kind_;
    request.placement = plan_.placement;
    request.zone_skew = plan_.zone_skew;
    return request;
}

sim::Task<void> Pods::bind(FleetMember& member) {
    member.binding = co_await cluster_->bind(request_of(member.size), *member.pod);
    use_machine(member);
}

bool Pods::try_bind(FleetMember& member) {
    member.binding = cluster_->try_bind(request_of(member.size), *member.pod);
    if (!member.binding) return false;
    use_machine(member);
    return true;
}

void Pods::use_machine(FleetMember& member) {
    if (const auto zone = member.binding.zone())
        member.server->stand_on(*zone, member.binding.place());
    member.binding.share_cores(member.server->cpu());
}

void Pods::machine_down(FleetMember& member) {
    member.machine_is_down = true;
    kubelet_.drop_requests(member);
    member.server->take_down();
}

void Pods::machine_up(FleetMember& member) {
    member.machine_is_down = false;
    member.server->bring_up();
    const bool serves = member.state == FleetMember::State::serving;
    if (serves && !kubelet_.lifecycle().readiness_probe) kubelet_.set_ready(member, true);
}

void Pods::incident(const std::string& what, const std::string& detail) const {
    context_.world.recorder.incident(context_.name, what, detail);
}

// What it had is gone already.
void Pods::lose(FleetMember& member) {
    const bool had_begun =
        member.state == FleetMember::State::serving || member.state == FleetMember::State::starting;
    const bool was_leaving = member.state == FleetMember::State::leaving;
    kubelet_.give_up(member);
    if (was_leaving) return;
    incident("lost", fmt::format("unit {}{}", member.id, had_begun ? "" : ", new"));
    deployment_.add(false);
}

bool Pods::budget_allows(const FleetMember& member) const {
    if (member.state == FleetMember::State::leaving) return false;
    return !member.is_ready || !plan_.min_available || kubelet_.ready() - 1 >= *plan_.min_available;
}

// By kubelet: without a grace period.
void Pods::evict_at_once(FleetMember& member, const std::string& why) {
    const bool was_leaving = member.state == FleetMember::State::leaving;
    kubelet_.drop_requests(member);
    kubelet_.give_up(member);
    incident("evicted", fmt::format("unit {}: {}", member.id, why));
    if (!was_leaving) deployment_.add(false);
}

// As the budget allows.
bool Pods::evict(FleetMember& member) {
    if (member.state == FleetMember::State::leaving) return true;
    if (!budget_allows(member)) return false;
    incident("evicted", fmt::format("unit {}", member.id));
    deployment_.retire(member);
    deployment_.add(false);
    return true;
}

// It is deleted, and whoever wants so many has another made.
void Pods::replace(FleetMember& member, const std::string& why) {
    if (member.state == FleetMember::State::leaving) return;
    incident("evicted", fmt::format("unit {}: {}", member.id, why));
    deployment_.retire(member);
    deployment_.add(false);
}

}  // namespace models
