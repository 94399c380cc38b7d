// Reading a text as JSON, with the place of every value and name.
//
// The parser is nlohmann's, by its SAX interface: no recursion, no exceptions, and room to refuse
// what a hostile file would do to us before it does it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace models::spec {

// What a hostile file cannot exceed. A real scenario stays a hundred times below each.
inline constexpr std::size_t kLargestText = std::size_t{64} << 20U;
inline constexpr std::size_t kDeepestNesting = 128;
inline constexpr std::size_t kMostValues = 1'000'000;

// JSON with // and /* */ comments. Null when it has no value to give, with the reason as a problem.
Json read(std::string name, std::string text, Problems& problems);

// The part of a source's text from an offset on; none when it is not JSON.
std::optional<Json> read_from(std::string_view text, std::uint32_t source, std::size_t offset,
                              Problems& problems);

}  // namespace models::spec
