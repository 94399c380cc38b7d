// Terms and votes: at most one leader a term, because nobody votes twice in one and it takes more
// than half of all (Ongaro and Ousterhout, "In search of an understandable consensus algorithm",
// 2014, section 5). A term is what Redis calls an epoch.
//
//     Ballot    what one voter remembers: the highest term it has heard of, and its vote in that
//     Poll      what one candidate has been told in its term
//
// Messages are the business of whoever votes; these only decide.
#pragma once

#include <algorithm>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace models {

using Term = std::uint64_t;
using Voter = std::uint32_t;

constexpr std::size_t majority_of(std::size_t members) {
    return members / 2 + 1;
}

// How far a log goes: the term of its last entry counts before its length.
struct LogEnd {
    Term term = 0;
    std::uint64_t index = 0;
    auto operator<=>(const LogEnd&) const = default;
};

struct VoteRequest {
    Term term;
    Voter who;
    LogEnd log{};
};

class Ballot {
public:
    Term term() const { return term_; }
    std::optional<Voter> vote() const { return vote_; }

    // True when it is a new term: whoever leads or is a candidate then gives up. It never goes
    // back.
    bool hear(Term term) {
        if (term <= term_) return false;
        term_ = term;
        vote_.reset();
        return true;
    }

    // First come, first served; the same one gets it again, one with a shorter log than the
    // voter's never.
    bool grant(const VoteRequest& request, LogEnd own = {}) {
        hear(request.term);
        if (request.term < term_ || request.log < own) return false;
        if (!vote_) vote_ = request.who;
        return *vote_ == request.who;
    }

    // Becomes a candidate of the next term, with its own vote.
    Term stand(Voter self) {
        hear(term_ + 1);
        vote_ = self;
        return term_;
    }

private:
    Term term_ = 0;
    std::optional<Voter> vote_;
};

enum class PollResult : std::uint8_t { pending, lost, won };

class Poll {
public:
    // Of so many voters; `needed` of them elect.
    Poll(std::size_t voters, std::size_t needed) : voters_(voters), needed_(needed) {}
    explicit Poll(std::size_t voters) : Poll(voters, majority_of(voters)) {}

    // What one says twice counts once.
    void cast(Voter who, bool granted) {
        if (std::ranges::find(told_, who) != told_.end()) return;
        told_.push_back(who);
        granted_ += granted ? 1 : 0;
        assert(told_.size() <= voters_);
    }

    PollResult result() const {
        if (granted_ >= needed_) return PollResult::won;
        const bool can_win = granted_ + (voters_ - told_.size()) >= needed_;
        return can_win ? PollResult::pending : PollResult::lost;
    }
    bool is_won() const { return result() == PollResult::won; }

private:
    std::size_t voters_;
    std::size_t needed_;
    std::size_t granted_ = 0;
    std::vector<Voter> told_;
};

// How far so many of them have got, at least: of a log's followers, what is committed. Sorts them.
inline std::uint64_t reached_by(std::vector<std::uint64_t>& positions, std::size_t needed) {
    assert(needed > 0);
    if (positions.size() < needed) return 0;
    const auto last = positions.begin() + static_cast<std::ptrdiff_t>(needed) - 1;
    std::ranges::nth_element(positions, last, std::greater<>());
    return *last;
}

}  // namespace models
