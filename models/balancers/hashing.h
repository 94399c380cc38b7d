// What a hash balancer looks at, and the hash functions of the systems they come from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/context.h"
#include "models/service.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class HashOn { key, user, address };

constexpr auto names_of(HashOn) {
    return std::array{spec::Word{"key", HashOn::key, "The item that the request is about."},
                      spec::Word{"user", HashOn::user, "The user who sends the request."},
                      spec::Word{"address", HashOn::address, "The sender's IP address."}};
}

class HashedValue {
public:
    HashedValue(HashOn on, const Context& context) : on_(on), scatter_(context.world.scatter) {}

    HashOn on() const { return on_; }
    std::uint64_t of(const Request& request) const {
        switch (on_) {
            case HashOn::key:
                return request.key + scatter_;
            case HashOn::user:
                return request.user + scatter_;
            case HashOn::address:
                break;
        }
        return request.address;
    }

private:
    HashOn on_;
    std::uint64_t scatter_;
};

// Hash functions work on text, as in the systems they come from: a number is hashed as it is
// written in decimal.
std::uint64_t xxhash64(std::string_view text, std::uint64_t seed = 0);
std::uint64_t xxhash64(std::uint64_t number);

// The checksum of zlib and of nginx, polynomial 0xedb88320, in pieces:
//     Crc32().add("127.0.0.1").add("80").value()
class Crc32 {
public:
    Crc32& add(std::string_view text);
    Crc32& add(std::uint64_t number);      // in decimal
    Crc32& add_bytes(std::uint32_t word);  // its four bytes, the lowest first
    std::uint32_t value() const { return ~state_; }

private:
    std::uint32_t state_ = ~std::uint32_t{0};
};

}  // namespace models
