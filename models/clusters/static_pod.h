// An instance that runs on a machine for as long as there is one, as its scenario says
// (MachineGroup::runs): nobody schedules it, evicts it, or replaces it elsewhere.
//
// It shares the machine's cores by its weight, and is in the machine's account of memory: with as
// much as its scenario says where its kind keeps no account of its own. The kernel can kill it; the
// kubelet leaves it alone, as it does static pods that are critical.
#pragma once

#include <string>

#include "models/clusters/cluster.h"
#include "models/clusters/pod.h"

namespace models {

class StaticPod final : public Pod {
public:
    StaticPod(const Context& context, Machine& machine, Instance& instance, std::string who,
              const StaticPodSpec& spec);
    ~StaticPod();

    void machine_down() override;
    void machine_up() override;
    void not_ready() override {}
    void lost() override {}
    bool evict() override { return false; }
    void replace(const std::string&) override {}
    bool stays() const override { return true; }
    void machine_gone() override {}
    const Tolerations& tolerations() const override { return tolerations_; }
    PodRequest request() const override { return request_; }
    double memory_in_use() const override;
    void evict_at_once(const std::string&) override {}
    void kill_for_memory() override;
    bool may_be_evicted() const override { return false; }

private:
    sim::Task<void> restart();

    Context context_;
    Instance& instance_;
    Hosted& process_;
    Crashable& crashable_;
    std::string who_;
    StaticPodSpec spec_;
    Tolerations tolerations_;
    PodRequest request_;
    Binding binding_;
    sim::TaskGroup restarts_;
};

}  // namespace models
