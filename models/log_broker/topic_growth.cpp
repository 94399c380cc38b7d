// Topics that get more partitions while they are in use: who adds them, and how producers and
// members of consumer groups learn of them. None is told: each asks a broker at intervals.
#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "models/log_broker/consumer_group.h"
#include "models/log_broker/group_member.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/producer.h"
#include "sim/sleep.h"

namespace models {

bool Kafka::grows(std::string_view topic) const {
    const TopicSpec* const settings = spec_.topics.find(topic);
    return settings != nullptr && !settings->alter.empty();
}

void Kafka::created(PartitionId id) {
    partitions_[id].exists = true;
}

// Of the active controller; while there is none, again.
sim::Task<void> Kafka::alter(std::string topic, AlterSpec change) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(change.at));
    const std::vector<PartitionId> all = partitions_of(topic);
    const auto is_missing = [&](PartitionId id) {
        return partitions_[id].number < change.partitions && !partitions_[id].exists;
    };
    while (std::ranges::any_of(all, is_missing)) {
        for (const auto& broker : brokers_) {
            Controller* const controller = broker->controller();
            const bool decides =
                broker->is_up() && controller != nullptr && controller->is_active();
            if (!decides) continue;
            for (const PartitionId each : all) {
                if (is_missing(each)) controller->create(each);
            }
        }
        co_await sim::sleep(context_.scheduler(), kRetryBackoff);
    }
    context_.world.recorder.incident(context_.name, "altered",
                                     fmt::format("{} has {} partitions", topic, change.partitions));
}

sim::Task<void> ProducerClient::look_for_partitions() {
    const Kafka& kafka = where_.kafka;
    while (known_ < lanes_.size()) {
        co_await sim::sleep(kafka.context().scheduler(), kafka.spec().metadata_max_age);
        const auto there =
            co_await peer_.find_existing(where_.partitions, where_.spec.request_timeout);
        if (there) known_ = std::max(known_, there->size());
    }
}

// Whoever leads the group has all join again when there are more (ConsumerCoordinator,
// rejoinNeededOrPending).
sim::Task<void> GroupMember::look_for_partitions() {
    for (;;) {
        co_await sim::sleep(group_.context().scheduler(), group_.kafka().spec().metadata_max_age);
        if (!is_alive()) co_return;
        auto there =
            co_await peer_.find_existing(group_.partitions(), group_.spec().request_timeout);
        if (!is_alive()) co_return;
        if (there) known_ = std::move(*there);
        if (!leads_group_ || is_joining_ || member_ == 0 || known_ == shared_out_) continue;
        must_join_ = true;
        woken_.pulse();
    }
}

}  // namespace models
