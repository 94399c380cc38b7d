// Kafka's assignors, run by their own classes: members come and go, each with what it was given
// before, and nothing of that is taken from the table.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/log_broker/assignors.h"
#include "tests/truth/tally.h"

namespace {

using models::Assignor;

Assignor assignor_of(const std::string& name) {
    for (const auto& word : models::names_of(Assignor())) {
        if (word.name == name) return word.value;
    }
    FAIL("no assignor ", name);
    return Assignor::range;
}

// A group: who has what, by name, and since which generation.
class PlayedGroup {
public:
    explicit PlayedGroup(Assignor assignor) : assignor_(assignor) {}

    void rebalance(const std::map<std::string, std::uint32_t>& topics,
                   const std::map<std::string, std::vector<std::string>>& subscriptions) {
        std::vector<models::GroupTopic> all;
        std::vector<std::string> names;
        for (const auto& [topic, partitions] : topics) {
            all.push_back({topic, partitions});
            for (std::uint32_t each = 0; each < partitions; ++each) {
                names.push_back(fmt::format("{}-{}", topic, each));
            }
        }
        std::vector<models::Claim> claims;
        for (const auto& [member, wanted] : subscriptions) {
            models::Claim& claim = claims.emplace_back(models::Claim{member, {}});
            for (std::size_t topic = 0; topic < all.size(); ++topic) {
                if (std::find(wanted.begin(), wanted.end(), all[topic].name) != wanted.end()) {
                    claim.topics.push_back(topic);
                }
            }
            for (const std::string& each : has_[member]) {
                const auto found = std::find(names.begin(), names.end(), each);
                claim.owned.push_back(static_cast<std::uint32_t>(found - names.begin()));
            }
            if (!claim.owned.empty()) claim.generation = generation_;
        }
        const models::Shares shares = models::assign(assignor_, all, claims);
        ++generation_;
        has_.clear();
        for (std::size_t each = 0; each < claims.size(); ++each) {
            for (const std::uint32_t one : shares[each]) {
                has_[claims[each].member].push_back(names[one]);
            }
        }
    }
    std::vector<std::string> of(const std::string& member) {
        std::vector<std::string> sorted = has_[member];
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }

private:
    Assignor assignor_;
    std::int64_t generation_ = 0;
    std::map<std::string, std::vector<std::string>> has_;
};

}  // namespace

TEST_CASE("assignors of Kafka's consumer groups") {
    truth::Tally tally("kafka assignors");
    const truth::Json file = truth::file("kafka.json");
    for (const auto& row : file.at("assignments")) {
        tally.begin(row.at("id").get<std::string>());
        PlayedGroup group(assignor_of(row.at("assignor").get<std::string>()));
        for (const auto& step : row.at("steps")) {
            group.rebalance(
                step.at("partitions_per_topic").get<std::map<std::string, std::uint32_t>>(),
                step.at("subscriptions").get<std::map<std::string, std::vector<std::string>>>());
            for (const auto& [member, partitions] : step.at("expected").items()) {
                auto expected = partitions.get<std::vector<std::string>>();
                std::sort(expected.begin(), expected.end());
                tally.same(member, fmt::format("{}", fmt::join(group.of(member), " ")),
                           fmt::format("{}", fmt::join(expected, " ")));
            }
        }
    }
}
