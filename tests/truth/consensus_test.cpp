// Elections and commits against etcd's own tables and the arithmetic of split votes in Ongaro's
// dissertation (consensus.json).
//
// Not met, as nothing here has it: joint quorums (members do not change), commits of a leader's own
// term only (TestCommit, TestLeaderOnlyCommitsLogFromCurrentTerm), pre-votes, and how long several
// terms take (only the first is played).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <string>

#include "tests/support/raft_group.h"
#include "tests/truth/tally.h"

using namespace truth;
using models::Ballot;
using models::LogEnd;
using models::Poll;
using models::PollResult;
using models::Voter;

namespace {

const Json& consensus() {
    static const Json all = file("consensus.json");
    return all;
}

const Json& raft_table(const std::string& test) {
    for (const Json& each : consensus().at("raft_tables")) {
        if (each.at("test") == test) return each.at("rows");
    }
    FAIL(test);
    return consensus();
}

std::string etcd_state(const Poll& poll) {
    switch (poll.result()) {
        case PollResult::won:
            return "Leader";
        case PollResult::lost:
            return "Follower";
        case PollResult::pending:
            return "Candidate";
    }
    return {};
}

std::string etcd_vote(const Poll& poll) {
    switch (poll.result()) {
        case PollResult::won:
            return "VoteWon";
        case PollResult::lost:
            return "VoteLost";
        case PollResult::pending:
            return "VotePending";
    }
    return {};
}

std::uint64_t logged_index(const Json& text) {
    return text == "_" ? 0 : std::stoull(text.get<std::string>());
}

sim::Duration millis(double value) {
    return sim::from_seconds(value / 1000);
}

}  // namespace

TEST_CASE("what a majority has committed and elected, by etcd's tables") {
    truth::Tally tally("consensus quorums");
    int not_met = 0;
    for (const Json& row : consensus().at("quorum_tables").at("cases")) {
        if (row.contains("cfgj")) {
            ++not_met;
            continue;
        }
        tally.begin(row.dump());
        const std::size_t members = row.at("cfg").size();
        if (row.at("op") == "committed") {
            std::vector<std::uint64_t> indices;
            for (const Json& each : row.at("idx")) indices.push_back(logged_index(each));
            tally.same("committed", models::reached_by(indices, models::majority_of(members)),
                       logged_index(row.at("expected")));
            continue;
        }
        Poll poll(members);
        for (Voter voter = 0; voter < members; ++voter) {
            const std::string vote = row.at("votes")[voter];
            if (vote != "_") poll.cast(voter, vote == "y");
        }
        tally.same("vote", etcd_vote(poll), row.at("expected").get<std::string>());
    }
    MESSAGE(fmt::format("{} cases of joint quorums are not met", not_met));
}

TEST_CASE("etcd's tables of candidates and voters") {
    truth::Tally tally("consensus raft");
    for (const Json& row : raft_table("TestLeaderElectionInOneRoundRPC")) {
        tally.begin("one round " + row.dump());
        Poll poll(row[0].get<std::size_t>());
        poll.cast(1, true);
        for (const auto& [voter, granted] : row[1].items()) {
            poll.cast(static_cast<Voter>(std::stoul(voter)), granted);
        }
        tally.same("state", etcd_state(poll), row[2].get<std::string>());
    }
    for (const Json& row : raft_table("TestFollowerVote")) {
        tally.begin("follower " + row.dump());
        Ballot ballot;
        if (!row[0].is_null()) ballot.grant({1, row[0].get<Voter>()});
        tally.same("rejected", !ballot.grant({1, row[1].get<Voter>()}), row[2].get<bool>());
    }
    for (const Json& row : raft_table("TestVoter")) {
        tally.begin("voter " + row.dump());
        Ballot ballot;
        const LogEnd own{row[0].back().get<models::Term>(), row[0].size()};
        const LogEnd other{row[1].get<models::Term>(), row[2].get<std::uint64_t>()};
        tally.same("rejected", !ballot.grant({3, 1, other}, own), row[3].get<bool>());
    }
    for (const Json& row : raft_table("TestLeaderAcknowledgeCommit")) {
        tally.begin("commit " + row.dump());
        std::vector<std::uint64_t> positions(row[0].get<std::size_t>(), 0);
        for (std::size_t i = 0; i <= row[1].size(); ++i) positions[i] = 1;
        const std::size_t needed = models::majority_of(positions.size());
        tally.same("committed", models::reached_by(positions, needed) == 1, row[2].get<bool>());
    }
    for (const Json& row : raft_table("TestLeaderElection")) {
        const std::string who = row[0];
        tally.begin("election, " + who);
        Ballot candidate;
        const models::Term term = candidate.stand(0);
        Poll poll(static_cast<std::size_t>(who[5] - '0'));
        poll.cast(0, true);
        const bool longer = who.find("longer") != std::string::npos;
        for (Voter voter = 1; voter < static_cast<Voter>(who[0] - '0'); ++voter) {
            Ballot ballot;
            const LogEnd own = longer && voter > 1 ? LogEnd{1, 1} : LogEnd{};
            poll.cast(voter, ballot.grant({term, 0}, own));
        }
        tally.same("state", etcd_state(poll), row[1].get<std::string>());
        tally.same("term", candidate.term(), row[2].get<models::Term>());
    }
}

TEST_CASE("how often a vote splits, by the arithmetic of Ongaro's dissertation") {
    truth::Tally tally("consensus split votes");
    constexpr int kTrials = 1500;
    for (const Json& row : consensus().at("raft_split_vote_exact").at("rows")) {
        tally.begin(row.dump());
        const double latency = row.at("latency_over_range_l");
        const auto members = row.at("cluster_n").get<std::uint32_t>();
        support::RaftWorld world(members, fmt::format("{}ms", latency * 1000));
        int split = 0;
        for (int trial = 0; trial < kTrials; ++trial) {
            const auto group =
                world.group({members, row.at("available_s").get<std::uint32_t>(), millis(1000),
                             millis(2000), static_cast<std::uint64_t>(trial)});
            world.play(millis(3001));
            split += group->leaders.contains(1) ? 0 : 1;
        }
        const double truth = row.at("split_vote_probability");
        // Five standard deviations.
        const double slack = 5 * std::sqrt((truth * (1 - truth) + 1e-4) / kTrials);
        tally.near("split", static_cast<double>(split) / kTrials, truth, slack);
    }
}

TEST_CASE("how often a second candidate stands before it hears of the first") {
    truth::Tally tally("consensus second candidates");
    constexpr int kTrials = 1000;
    for (const Json& row : consensus().at("election_order_statistics_exact")) {
        tally.begin(row.dump());
        const auto members = row.at("cluster").get<std::uint32_t>();
        support::RaftWorld world(members, fmt::format("{}ms", row.at("one_way_delay_ms").dump()));
        int second = 0;
        for (int trial = 0; trial < kTrials; ++trial) {
            const auto group = world.group({members, row.at("survivors").get<std::uint32_t>(),
                                            millis(row.at("timeout_ms")[0].get<double>()),
                                            millis(row.at("timeout_ms")[1].get<double>()),
                                            static_cast<std::uint64_t>(trial)});
            world.play(millis(row.at("timeout_ms")[1].get<double>() + 20));
            second += group->candidates[1] > 1 ? 1 : 0;
        }
        const double truth = row.at("p_second_candidate_before_first_request_arrives");
        const double slack = 5 * std::sqrt((truth * (1 - truth) + 1e-4) / kTrials) + 1e-3;
        tally.near("second", static_cast<double>(second) / kTrials, truth, slack);
    }
}

TEST_CASE("messages of an election that nobody contests") {
    truth::Tally tally("consensus messages");
    for (const Json& row : consensus().at("raft_message_counts")) {
        tally.begin(row.dump());
        const auto members = row.at("n").get<std::uint32_t>();
        support::RaftWorld world(members, "1ms");
        int messages = 0;
        // The first trial in which one stands alone.
        for (std::uint64_t trial = 0; messages == 0 && trial < 100; ++trial) {
            const auto group = world.group({members, members, millis(100), millis(100000), trial});
            while (group->leaders.empty()) world.play(millis(1));
            world.play(millis(2));
            if (group->candidates[1] == 1) messages = group->messages;
            if (members == 1) break;
        }
        tally.same("messages", messages, row.at("messages_per_election").get<int>());
    }
}
