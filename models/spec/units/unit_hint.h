// What somebody meant who writes a unit as other programs do: "5m", "5 ms", "1h30m", "10KB",
// "50rps".
#pragma once

#include <string>
#include <string_view>

namespace models::spec {

// A number and what stands behind it, which is none of a quantity's units: those of "a duration"
// are "ns, us, ms". How to write it instead, as "write \"90min\""; empty when nobody can tell.
std::string unit_hint(std::string_view quantity, std::string_view units, std::string_view number,
                      std::string_view unit);

}  // namespace models::spec
