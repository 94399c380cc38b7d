// Any bytes as a scenario file, and what follows a zero byte as one --set: either a scenario comes
// of it or problems do, whichever they are can be shown, and a scenario written down reads back
// equal.
#include "models/topology/load.h"
#include "tests/fuzz/claim.h"

namespace {

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
    using fuzz::claim;
    const models::Loaded loaded = models::load(source_from(fuzz::text_of(data, size)));
    const std::string shown = loaded.problems.render();

    claim(loaded.scenario.has_value() == loaded.problems.empty(),
          "there is a scenario exactly when there are no problems", shown);
    claim(shown.empty() == loaded.problems.empty(), "every problem is shown", shown);
    claim(fuzz::is_safe_to_show(shown), "a problem is safe to show", shown);
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
