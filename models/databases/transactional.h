// Where several calls can be one transaction: on one connection, with their locks held and what
// they write unseen until the end.
//
// Whoever begins one takes a number and puts it into request.transaction; all that the request goes
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

// The numbers of those that their visits are in, from 1, each of them used once.
class TransactionNumbers {
public:
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
};

}  // namespace models
