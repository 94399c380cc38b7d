// spate postmortem: a draft of a post-mortem, from what a finished run wrote down.
#include "reports/render/postmortem.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/export_formats.h"

namespace tools {

namespace {

struct PostmortemOptions {
    std::string folder;
    std::string out;
};

int postmortem(const PostmortemOptions& options) {
    ExportAsked asked;
    asked.folder = options.folder;
    const auto text = run_file(asked, "run.json");
    if (!text) return kWrong;
    try {
        const std::string draft = reports::postmortem_markdown(*text);
        if (options.out.empty()) {
            fmt::print("{}", draft);
        } else if (!write_file(options.out, draft)) {
            return kFailed;
        }
    } catch (const std::exception& error) {
        const std::string why = error.what();
        complain(fmt::format("{}/run.json cannot be read: {}", reports::printable(options.folder),
                             reports::printable(why.substr(0, why.find('\n')))));
        return kWrong;
    }
    return kOk;
}

}  // namespace

Command postmortem_command(CLI::App& program) {
    auto options = std::make_shared<PostmortemOptions>();
    return CommandLine(program, "postmortem", "A draft of a run's post-mortem, in Markdown")
        .place("RUN-DIR", options->folder, "A folder that run --out wrote")
        .text("-o,--out", options->out, "The file; else it goes to the standard output")
        .footer(
            "Goal, hypothesis, impact, error budget, detection and response, timeline, causes and\n"
            "result are filled in, with the numbers of run.json; what only people know is left\n"
            "blank. A scenario with a \"game_day\", or whose alerts have a \"respond\" action,\n"
            "tells most.\n\n"
            "  spate run HA-31 --out out\n"
            "  spate postmortem out -o postmortem.md")
        .runs([options] { return postmortem(*options); });
}

}  // namespace tools
