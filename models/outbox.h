// Where a transaction leaves word of what it does: rows that commit or roll back with it, and are
// published later (Richardson, "Microservices Patterns", 2018, section 3.3: transactional outbox).
#pragma once

#include <cstdint>

namespace models {

struct Request;

class Outbox {
public:
    // A row about what this request does, which is about to be inserted: its key at the database.
    virtual std::uint64_t insert(const Request& request) = 0;
    // The insert has failed.
    virtual void forget(std::uint64_t row) = 0;

protected:
    ~Outbox() = default;
};

}  // namespace models
