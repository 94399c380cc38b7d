// The same runs of Kafka's assignors, played: members join and leave a group at its coordinator,
// each says what it was given by the last rebalance, and one of them shares out.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/log_broker/assignors.h"
#include "models/log_broker/group_state.h"
#include "sim/sleep.h"
#include "sim/task_group.h"
#include "tests/support/block_world.h"
#include "tests/truth/tally.h"

namespace {

using models::BrokerAnswer;
using models::MemberId;
using models::Question;
using Subscriptions = std::map<std::string, std::vector<std::string>>;

class CoordinatedGroup {
public:
    explicit CoordinatedGroup(models::Assignor assignor)
        : assignor_(assignor),
          state_(world_.context,
                 {std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::seconds(3)}) {}
    ~CoordinatedGroup() {
        tasks_.dismiss();
        state_.dismiss();
    }

    // Those who are new and those who stay join, the others have left before.
    void rebalance(const std::map<std::string, std::uint32_t>& topics,
                   const Subscriptions& subscriptions) {
        topics_.clear();
        ids_.clear();
        for (const auto& [topic, partitions] : topics) {
            topics_.push_back({topic, partitions});
            for (std::uint32_t each = 0; each < partitions; ++each) {
                ids_.push_back(id_of(fmt::format("{}-{}", topic, each)));
            }
        }
        for (auto each = members_.begin(); each != members_.end();) {
            const bool stays = subscriptions.contains(each->first);
            if (!stays) tasks_.run(leave(each->second.id));
            each = stays ? std::next(each) : members_.erase(each);
        }
        for (const bool is_new : {true, false}) {
            for (const auto& [name, wanted] : subscriptions) {
                if (members_.contains(name) != is_new) tasks_.run(join(name, wanted));
            }
        }
        world_.scheduler.run_until(world_.scheduler.now() + std::chrono::seconds(10));
    }
    std::vector<std::string> of(const std::string& member) {
        std::vector<std::string> names;
        for (const models::PartitionId each : members_[member].has) names.push_back(names_[each]);
        std::sort(names.begin(), names.end());
        return names;
    }

private:
    struct Member {
        MemberId id = 0;
        models::Assignment has{};
        std::int64_t since = -1;
    };

    sim::Task<void> leave(MemberId id) {
        auto question = std::make_shared<Question>();
        question->kind = Question::Kind::leave_group;
        question->who = id;
        co_await state_.answer(std::move(question));
    }

    // They keep their numbers when topics grow.
    models::PartitionId id_of(const std::string& name) {
        const auto found = std::find(names_.begin(), names_.end(), name);
        const auto id = static_cast<models::PartitionId>(found - names_.begin());
        if (found == names_.end()) names_.push_back(name);
        return id;
    }

    std::vector<std::size_t> numbers_of(const std::vector<std::string>& wanted) const {
        std::vector<std::size_t> numbers;
        for (std::size_t each = 0; each < topics_.size(); ++each) {
            const bool is_wanted =
                std::find(wanted.begin(), wanted.end(), topics_[each].name) != wanted.end();
            if (is_wanted) numbers.push_back(each);
        }
        return numbers;
    }

    sim::Task<void> join(std::string name, std::vector<std::string> wanted) {
        const Member before = members_.contains(name) ? members_.at(name) : Member();
        auto question = std::make_shared<Question>();
        question->kind = Question::Kind::join_group;
        question->who = before.id;
        question->owned = {before.has, before.since, numbers_of(wanted)};
        const BrokerAnswer joined = co_await state_.answer(std::move(question));
        CHECK(joined.ok());
        names_of_members_[joined.member] = name;
        // So that all others are told who they are, too.
        co_await sim::sleep(world_.scheduler, std::chrono::milliseconds(1));
        question = std::make_shared<Question>();
        question->kind = Question::Kind::sync_group;
        question->who = joined.member;
        question->epoch = joined.epoch;
        if (joined.leads_group) question->assignments = share_out(joined.members);
        const BrokerAnswer synced = co_await state_.answer(std::move(question));
        CHECK(synced.ok());
        members_[name] = {joined.member, synced.assignment,
                          static_cast<std::int64_t>(joined.epoch)};
    }

    std::map<MemberId, models::Assignment> share_out(
        const std::map<MemberId, models::Owned>& members) const {
        std::vector<models::Claim> claims;
        for (const auto& [id, owned] : members) {
            models::Claim& claim = claims.emplace_back();
            claim.member = names_of_members_.at(id);
            claim.topics = owned.topics;
            for (const models::PartitionId each : owned.partitions) {
                const auto found = std::find(ids_.begin(), ids_.end(), each);
                claim.owned.push_back(static_cast<std::uint32_t>(found - ids_.begin()));
            }
            claim.generation = owned.partitions.empty() ? -1 : owned.generation;
        }
        const models::Shares shares = models::assign(assignor_, topics_, claims);
        std::map<MemberId, models::Assignment> all;
        auto share = shares.begin();
        for (const auto& [id, owned] : members) {
            for (const std::uint32_t each : *share) all[id].push_back(ids_[each]);
            ++share;
        }
        return all;
    }

    support::BlockWorld world_;
    models::Assignor assignor_;
    std::vector<models::GroupTopic> topics_;
    std::vector<std::string> names_;        // of partitions, by their number
    std::vector<models::PartitionId> ids_;  // of those that are there, topic by topic
    models::GroupState state_;
    std::map<std::string, Member> members_;
    std::map<MemberId, std::string> names_of_members_;
    sim::TaskGroup tasks_;
};

models::Assignor assignor_named(const std::string& name) {
    for (const auto& word : models::names_of(models::Assignor())) {
        if (word.name == name) return word.value;
    }
    FAIL("no assignor ", name);
    return models::Assignor::range;
}

}  // namespace

TEST_CASE("Kafka's rebalances, played through a coordinator") {
    truth::Tally tally("kafka rebalances");
    const truth::Json file = truth::file("kafka.json");
    int played = 0;
    for (const auto& row : file.at("assignments")) {
        const truth::Json& steps = row.at("steps");
        tally.begin(row.at("id").get<std::string>());
        CoordinatedGroup group(assignor_named(row.at("assignor").get<std::string>()));
        for (const auto& step : steps) {
            ++played;
            group.rebalance(
                step.at("partitions_per_topic").get<std::map<std::string, std::uint32_t>>(),
                step.at("subscriptions").get<Subscriptions>());
            for (const auto& [member, partitions] : step.at("expected").items()) {
                auto expected = partitions.get<std::vector<std::string>>();
                std::sort(expected.begin(), expected.end());
                tally.same(member, fmt::format("{}", fmt::join(group.of(member), " ")),
                           fmt::format("{}", fmt::join(expected, " ")));
            }
        }
    }
    CHECK(played == 140);
}
