// Any bytes as a scenario file, and what follows a zero byte as one --set: either a scenario comes
// of it or problems do, whichever they are can be shown, and a scenario written down reads back
// equal.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/topology/load.h"

namespace {

// Not assert(): the claims hold in a release build too.
void claim(bool holds, const char* what, std::string_view shown) {
    if (holds) return;
    std::fprintf(stderr, "claim broken: %s\n%.*s\n", what, static_cast<int>(shown.size()),
                 shown.data());
    std::abort();
}

// Terminals obey control characters; nothing but line breaks may reach them.
bool is_safe_to_show(std::string_view text) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if ((byte < 0x20 && byte != '\n') || byte == 0x7f) return false;
    }
    return true;
}

models::ScenarioSource source_from(std::string_view input) {
    models::ScenarioSource source;
    source.file = "fuzz.json";
    const std::size_t end = input.find('\0');
    source.text = std::string(input.substr(0, end));
    if (end != std::string_view::npos) source.sets.emplace_back(input.substr(end + 1));
    return source;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const models::Loaded loaded = models::load(source_from(input));
    const std::string shown = loaded.problems.render();

    claim(loaded.scenario.has_value() == loaded.problems.empty(),
          "there is a scenario exactly when there are no problems", shown);
    claim(shown.empty() == loaded.problems.empty(), "every problem is shown", shown);
    claim(is_safe_to_show(shown), "a problem is safe to show", shown);
    if (!loaded.scenario) return 0;

    const std::string resolved = models::resolved_json(*loaded.scenario);
    models::ScenarioSource again;
    again.file = "resolved.json";
    again.text = resolved;
    const models::Loaded reloaded = models::load(again);
    claim(reloaded.scenario.has_value(), "a resolved scenario loads",
          resolved + "\n" + reloaded.problems.render());
    const std::string resolved_again = models::resolved_json(*reloaded.scenario);
    claim(resolved == resolved_again, "a resolved scenario loads to itself",
          resolved + "\n" + resolved_again);
    return 0;
}
