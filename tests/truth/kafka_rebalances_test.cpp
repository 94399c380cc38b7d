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
    CoordinatedGroup(models::Assignor assignor, const std::map<std::string, std::uint32_t>& topics)
        : assignor_(assignor),
          state_(world_.context,
                 {std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::seconds(3)}) {
        for (const auto& [topic, partitions] : topics) {
            topics_.push_back({topic, partitions});
            for (std::uint32_t each = 0; each < partitions; ++each) {
                names_.push_back(fmt::format("{}-{}", topic, each));
            }
        }
    }
    ~CoordinatedGroup() {
        tasks_.dismiss();
        state_.dismiss();
    }

    // Those who are new and those who stay join, the others have left before.
    void rebalance(const Subscriptions& subscriptions) {
        for (auto each = members_.begin(); each != members_.end();) {
            const bool stays = subscriptions.contains(each->first);
            if (!stays) tasks_.run(leave(each->second.id));
            each = stays ? std::next(each) : members_.erase(each);
        }
        for (const bool is_new : {true, false}) {
            for (const auto& [name, topics] : subscriptions) {
                if (members_.contains(name) != is_new) tasks_.run(join(name));
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

    sim::Task<void> join(std::string name) {
        const Member before = members_.contains(name) ? members_.at(name) : Member();
        auto question = std::make_shared<Question>();
        question->kind = Question::Kind::join_group;
        question->who = before.id;
        question->owned = {before.has, before.since};
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
            for (std::size_t each = 0; each < topics_.size(); ++each) claim.topics.push_back(each);
            claim.owned = owned.partitions;
            claim.generation = owned.partitions.empty() ? -1 : owned.generation;
        }
        const models::Shares shares = models::assign(assignor_, topics_, claims);
        std::map<MemberId, models::Assignment> all;
        auto share = shares.begin();
        for (const auto& [id, owned] : members) all[id] = *share++;
        return all;
    }

    support::BlockWorld world_;
    models::Assignor assignor_;
    std::vector<models::GroupTopic> topics_;
    std::vector<std::string> names_;  // of partitions
    models::GroupState state_;
    std::map<std::string, Member> members_;
    std::map<MemberId, std::string> names_of_members_;
    sim::TaskGroup tasks_;
};

// What a group here can be: all of its members read all of its topics, which stay as they are.
bool can_be_played(const truth::Json& steps) {
    const truth::Json& topics = steps.at(0).at("partitions_per_topic");
    return std::all_of(steps.begin(), steps.end(), [&](const truth::Json& step) {
        const truth::Json& all = step.at("subscriptions");
        return step.at("partitions_per_topic") == topics && !all.empty() &&
               std::all_of(all.begin(), all.end(),
                           [&](const truth::Json& one) { return one.size() == topics.size(); });
    });
}

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
    const truth::Json file = truth::file("kafka_assignors.json");
    int played = 0;
    for (const auto& row : file.at("assignments")) {
        const truth::Json& steps = row.at("steps");
        if (!can_be_played(steps)) continue;
        tally.begin(row.at("id").get<std::string>());
        CoordinatedGroup group(
            assignor_named(row.at("assignor").get<std::string>()),
            steps.at(0).at("partitions_per_topic").get<std::map<std::string, std::uint32_t>>());
        for (const auto& step : steps) {
            ++played;
            group.rebalance(step.at("subscriptions").get<Subscriptions>());
            for (const auto& [member, partitions] : step.at("expected").items()) {
                auto expected = partitions.get<std::vector<std::string>>();
                std::sort(expected.begin(), expected.end());
                tally.same(member, fmt::format("{}", fmt::join(group.of(member), " ")),
                           fmt::format("{}", fmt::join(expected, " ")));
            }
        }
    }
    // All but those whose members read different topics, or whose topics grow.
    CHECK(played == 120);
}
