// Where several calls can be one transaction: on one connection, with their locks held and what
// they write unseen until the end.
//
// Whoever begins one takes a number and puts it into request.within; all that the request goes
// through then is in it, but only what enters `statement` is part of it:
//
//     begin        answered when there is a connection, which is kept
//     statement    a query on it, after those before it
//     commit       answered when what was written is safe; the connection is free
//     rollback     nothing was written; the connection is free
//     leave        whoever began it is done with it, or has gone: what is left of it is rolled back
//                  when nothing of it is under way any more
//
// There is no commit over two nodes (two-phase commit): a transaction at another node within it is
// one of its own.
//
// What is done under a lease (models/locks) carries that lease's fencing token in the same field,
// and a transaction that begins under it is within it.
#pragma once

#include <cstdint>
#include <map>

namespace models {

class Service;

class Transactional {
public:
    // What is called there names the transaction by its number.
    virtual Service& begin() = 0;
    virtual Service& statement() = 0;
    virtual Service& commit() = 0;
    virtual Service& rollback() = 0;
    virtual void leave(std::uint32_t number) = 0;

protected:
    ~Transactional() = default;
};

// Grows with each lease that a lock service grants; 0: none.
using FencingToken = std::uint32_t;

// The numbers of those that their visits are in, from 1, each of them used once. Those of leases
// are their tokens, so that a request still has its own when its caller is long gone.
class TransactionNumbers {
public:
    static constexpr std::uint32_t kLease = std::uint32_t{1} << 31U;

    static constexpr std::uint32_t of_lease(FencingToken token) { return kLease | token; }
    // Whether there are any: some node is a lock service.
    bool has_leases() const { return has_leases_; }
    void expect_leases() { has_leases_ = true; }
    // Of the innermost lease that this number is in.
    FencingToken token_of(std::uint32_t number) const {
        while (number != 0 && (number & kLease) == 0) {
            const auto known = around_.find(number);
            if (known == around_.end()) return 0;
            number = known->second;
        }
        return number & ~kLease;
    }

    // `around` is the one that the request is in already; 0: none.
    std::uint32_t open(std::uint32_t around) {
        around_.emplace(++last_, around);
        return last_;
    }
    void close(std::uint32_t number) { around_.erase(number); }
    bool is_open(std::uint32_t number) const { return around_.contains(number); }

    // The innermost, from that number outwards, that a node has among its own; none: the end.
    template <class Own>
    auto innermost(Own& own, std::uint32_t number) const {
        auto found = own.find(number);
        while (found == own.end()) {
            const auto known = around_.find(number);
            if (known == around_.end()) break;
            found = own.find(number = known->second);
        }
        return found;
    }

private:
    std::map<std::uint32_t, std::uint32_t> around_;
    std::uint32_t last_ = 0;
    bool has_leases_ = false;
};

}  // namespace models
