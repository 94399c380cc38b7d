// A member of a group that keeps one log and elects who leads it: Raft (Ongaro and Ousterhout, "In
// search of an understandable consensus algorithm", 2014), on terms and votes of election.h.
//
// The leader appends what is proposed and sends it on; an entry of its own term that more than half
// of all have is committed, and with it all before. Who hears nothing of a leader for a time drawn
// anew from the election timeout to twice that (`spread`), stands in the next term. A leader that
// hears from no majority for an election timeout gives up, and who hears a leader grants no vote
// (etcd's check-quorum). Messages are datagrams here: what does not get through is sent again with
// the next heartbeat. What is in the log survives a crash.
//
// Not modelled: snapshots and the compaction of the log, changes of the group, pre-votes, and the
// time that a disk takes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/replication/election.h"
#include "sim/rng.h"
#include "sim/scheduler.h"
#include "sim/timer.h"

namespace models {

template <class Command>
struct RaftMessage {
    enum class Kind : std::uint8_t { vote_request, vote, append, appended, propose };
    struct Entry {
        Term term = 0;
        std::optional<Command> command;  // none: a leader's first, which commits those before it
    };

    Kind kind = Kind::append;
    Voter from = 0;
    Term term = 0;
    bool granted = false;         // of a vote; of an append: it fits
    LogEnd end{};                 // of the candidate's log; before the entries; reached
    std::uint64_t committed = 0;  // as the leader knows
    std::vector<Entry> entries{};
};

// What a member tells the one that it is a part of, and what it needs there.
template <class Command>
class RaftHost {
public:
    // Committed, at that place of the log; each once, in order.
    virtual void apply(std::uint64_t index, const Command& command) = 0;
    virtual void leads_now() = 0;  // all that was committed before is applied
    virtual void leads_no_more() = 0;
    virtual bool stands_still() const = 0;
    // Who knows too few of the others for a majority stands for no election.
    virtual bool knows_majority() const { return true; }
    virtual void send(Voter to, RaftMessage<Command> message) = 0;

protected:
    ~RaftHost() = default;
};

struct RaftPlan {
    std::uint32_t members;
    sim::Duration heartbeat_interval;
    sim::Duration election_timeout;       // the least
    bool watches;                         // else nothing can happen to the first leader
    double spread = 1;                    // a timeout is up to so many times the least longer
    sim::Duration timeout_when_closed{};  // the least once the leader has closed its connections
};

template <class Command>
class RaftMember final : sim::Event {
public:
    using Message = RaftMessage<Command>;
    using Kind = typename Message::Kind;

    RaftMember(RaftHost<Command>& host, sim::Scheduler& scheduler, Voter self, std::uint64_t stream,
               const RaftPlan& plan)
        : host_(host),
          timer_(scheduler),
          draws_(sim::request_key(stream, self)),
          self_(self),
          plan_(plan),
          peers_(plan.members) {}

    // The first term has its leader already.
    void start() {
        ballot_.grant({1, 0});
        leader_ = 0;
        if (self_ == 0) return lead();
        wait_for_leader();
    }
    // Nobody leads yet.
    void start_without_leader() { wait_for_leader(); }
    void stop() { timer_.stop(); }
    void crash() {
        timer_.stop();
        follow(std::nullopt);
    }
    void restart() { wait_for_leader(); }
    // That one's connections have closed: it is not there, and nobody need wait for it.
    void closed(Voter other) {
        peers_[other].is_closed = true;
        if (leads_ || leader_ != other) return;
        follow(std::nullopt);
        wait_for_leader(plan_.timeout_when_closed);
    }

    bool leads() const { return leads_; }
    Term term() const { return ballot_.term(); }
    std::optional<Voter> leader() const { return leader_; }
    std::uint64_t log_size() const { return log_.size(); }
    std::uint64_t committed() const { return committed_; }

    // Into the log of whoever leads, as far as this one knows; false when it knows nobody. Nobody
    // is told when it is lost on the way.
    bool propose(const Command& command) {
        if (!leader_) return false;
        if (leads_) {
            append(command);
        } else {
            Message message = this->message(Kind::propose);
            message.entries.push_back({0, command});
            host_.send(*leader_, std::move(message));
        }
        return true;
    }

    void take(const Message& message) {
        if (message.kind == Kind::propose) {
            if (leads_ && message.entries.front().command) append(*message.entries.front().command);
            return;
        }
        if (message.kind == Kind::vote_request && hears_leader()) return;
        if (ballot_.hear(message.term)) {
            follow(std::nullopt);
            wait_for_leader();
        }
        switch (message.kind) {
            case Kind::vote_request:
                return vote_for(message);
            case Kind::vote:
                return count(message);
            case Kind::append:
                return take_entries(message);
            case Kind::appended:
                return note(message);
            case Kind::propose:
                return;
        }
    }

private:
    // What a leader knows of another.
    struct Peer {
        std::uint64_t has = 0;   // surely
        std::uint64_t sent = 0;  // up to there
        sim::Time heard{};
        bool is_closed = false;
    };

    sim::Time now() const { return timer_.scheduler().now(); }
    LogEnd end() const { return end_at(log_.size()); }
    LogEnd end_at(std::uint64_t index) const {
        return {index == 0 ? 0 : log_[index - 1].term, index};
    }
    Message message(Kind kind) const {
        Message message;
        message.kind = kind;
        message.from = self_;
        message.term = ballot_.term();
        message.committed = committed_;
        return message;
    }
    void broadcast(const Message& message) {
        for (Voter each = 0; each < plan_.members; ++each) {
            if (each != self_) host_.send(each, message);
        }
    }

    // --- time ---

    void wait_for_leader() { wait_for_leader(plan_.election_timeout); }
    void wait_for_leader(sim::Duration least) {
        timer_.stop();
        if (!plan_.watches) return;
        const double share = 1 + draws_.uniform() * plan_.spread;
        timer_.start(sim::from_seconds(sim::seconds(least) * share),
                     static_cast<sim::Event&>(*this));
    }
    void fire() override {
        timer_.fired();
        if (!leads_) {
            const bool waits = host_.stands_still() || !host_.knows_majority();
            return waits ? wait_for_leader() : stand();
        }
        if (!host_.stands_still()) {
            if (!hears_majority()) {
                follow(std::nullopt);
                return wait_for_leader();
            }
            for (Peer& each : peers_) each.sent = each.has;
            send_entries();
        }
        beat();
    }
    void beat() {
        if (plan_.watches) {
            timer_.start(plan_.heartbeat_interval, static_cast<sim::Event&>(*this));
        }
    }
    bool hears_leader() const {
        return leads_ || (leader_ && now() - heard_leader_ < plan_.election_timeout);
    }
    bool hears_majority() const {
        std::size_t heard = 1;
        for (Voter each = 0; each < plan_.members; ++each) {
            const bool is_recent =
                !peers_[each].is_closed && now() - peers_[each].heard < plan_.election_timeout;
            heard += each != self_ && is_recent ? 1 : 0;
        }
        return heard >= majority_of(plan_.members);
    }

    // --- votes ---

    void stand() {
        leader_.reset();
        ballot_.stand(self_);
        poll_.emplace(plan_.members);
        poll_->cast(self_, true);
        wait_for_leader();
        Message request = message(Kind::vote_request);
        request.end = end();
        broadcast(request);
        if (poll_->is_won()) lead();
    }
    void vote_for(const Message& request) {
        Message vote = message(Kind::vote);
        vote.granted = ballot_.grant({request.term, request.from, request.end}, end());
        if (vote.granted) wait_for_leader();
        host_.send(request.from, std::move(vote));
    }
    void count(const Message& vote) {
        if (!poll_ || vote.term != ballot_.term()) return;
        poll_->cast(vote.from, vote.granted);
        if (poll_->is_won()) lead();
    }
    void lead() {
        poll_.reset();
        leads_ = true;
        leader_ = self_;
        has_told_ = false;
        for (Peer& each : peers_) each = {0, log_.size(), now(), false};
        timer_.stop();
        beat();
        log_.push_back({ballot_.term(), std::nullopt});
        appended();
    }
    void follow(std::optional<Voter> leader) {
        poll_.reset();
        leader_ = leader;
        if (std::exchange(leads_, false)) host_.leads_no_more();
    }

    // --- the log ---

    void append(const Command& command) {
        log_.push_back({ballot_.term(), command});
        appended();
    }
    void appended() {
        peers_[self_].has = log_.size();
        send_entries();
        commit_what_most_have();
    }
    void send_entries() {
        for (Voter each = 0; each < plan_.members; ++each) {
            if (each != self_) send_entries_to(each);
        }
    }
    void send_entries_to(Voter to) {
        Peer& peer = peers_[to];
        Message append = message(Kind::append);
        append.end = end_at(peer.sent);
        append.entries.assign(log_.begin() + static_cast<std::ptrdiff_t>(peer.sent), log_.end());
        peer.sent = log_.size();
        host_.send(to, std::move(append));
    }
    void take_entries(const Message& message) {
        Message answer = this->message(Kind::appended);
        if (message.term == ballot_.term()) {
            follow(message.from);
            heard_leader_ = now();
            wait_for_leader();
            answer.granted =
                message.end.index <= log_.size() && end_at(message.end.index) == message.end;
            if (answer.granted) store(message);
            // From where on it may fit, if this did not.
            answer.end.index = answer.granted ? message.end.index + message.entries.size()
                                              : std::min<std::uint64_t>(log_.size(), committed_);
        }
        host_.send(message.from, std::move(answer));
        if (answer.granted) commit(std::min(message.committed, answer.end.index));
    }
    // What differs from the leader's goes; what is there already stays, as messages overtake.
    void store(const Message& message) {
        std::uint64_t index = message.end.index;
        for (const auto& entry : message.entries) {
            if (index < log_.size() && log_[index].term != entry.term) {
                assert(index >= committed_);
                log_.resize(index);
            }
            if (index == log_.size()) log_.push_back(entry);
            ++index;
        }
    }
    void note(const Message& answer) {
        if (!leads_ || answer.term != ballot_.term()) return;
        Peer& peer = peers_[answer.from];
        peer.heard = now();
        peer.is_closed = false;
        if (!answer.granted) {
            peer.sent = std::max(peer.has, answer.end.index);
            return send_entries_to(answer.from);
        }
        peer.has = std::max(peer.has, answer.end.index);
        commit_what_most_have();
    }
    // Only of its own term: an entry of an earlier one may still be overwritten, although most have
    // it (section 5.4.2).
    void commit_what_most_have() {
        std::vector<std::uint64_t> reached;
        for (const Peer& each : peers_) reached.push_back(each.has);
        const std::uint64_t most = reached_by(reached, majority_of(plan_.members));
        if (most <= committed_ || log_[most - 1].term != ballot_.term()) return;
        commit(most);
        send_entries();
        if (leads_ && !std::exchange(has_told_, true)) host_.leads_now();
    }
    void commit(std::uint64_t index) {
        while (committed_ < index) {
            const std::uint64_t at = ++committed_;
            if (const auto command = log_[at - 1].command) host_.apply(at, *command);
        }
    }

    RaftHost<Command>& host_;
    sim::Timer timer_;
    sim::Draws draws_;
    Voter self_;
    RaftPlan plan_;
    Ballot ballot_;
    std::optional<Poll> poll_;
    bool leads_ = false;
    bool has_told_ = false;  // that it leads
    std::optional<Voter> leader_;
    sim::Time heard_leader_{};
    std::vector<typename Message::Entry> log_;
    std::uint64_t committed_ = 0;
    std::vector<Peer> peers_;
};

}  // namespace models
