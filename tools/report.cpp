// spate report and spate chart: the pages and pictures of a finished run, made again from what it
// wrote down.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/manifest.h"
#include "tools/pictures.h"

namespace tools {

namespace {

// What was written by hand, or by another version, may lack what a chart draws.
int readable(const std::function<int()>& command) {
    try {
        return command();
    } catch (const std::runtime_error& error) {
        const std::string why = error.what();
        complain("these files cannot be drawn: " +
                 reports::printable(why.substr(0, why.find('\n'))));
        return kWrong;
    }
}

struct ReportOptions {
    std::string folder;
    std::string out;
};

int report(const ReportOptions& options) {
    const auto documents = read_documents(options.folder);
    if (!documents) return kWrong;
    reports::Drawing drawing(*documents);
    const std::string file = options.out.empty() ? options.folder + "/report.html" : options.out;
    if (!write_file(file, drawing.html())) return kFailed;
    if (options.out.empty() && !note_drawn(options.folder)) return kFailed;
    fmt::print("{}\n", reports::printable(file));
    return kOk;
}

struct ChartOptions {
    std::string folder;
    Pictures pictures;
    std::string png = "auto";
};

bool are_known(const std::vector<std::string>& asked, const std::vector<std::string>& names) {
    for (const std::string& name : asked) {
        if (std::ranges::find(names, name) != names.end()) continue;
        complain(fmt::format("--only {}: there is no such chart here\n    there are: {}",
                             reports::printable(name), fmt::join(names, ", ")));
        return false;
    }
    return true;
}

int chart(ChartOptions options) {
    const auto documents = read_documents(options.folder);
    if (!documents) return kWrong;
    if (options.png == "always" && !can_write_png()) {
        complain(
            "--png always needs rsvg-convert, which is not there\n    apt-get install "
            "librsvg2-bin");
        return kWrong;
    }
    options.pictures.png = options.png != "never";
    const bool is_its_own = options.pictures.folder.empty();
    if (is_its_own) options.pictures.folder = options.folder + "/charts";
    if (const std::string why = why_no_folder(options.pictures.folder); !why.empty()) {
        fmt::print(stderr, "{}", why);
        return kWrong;
    }
    reports::Drawing drawing(*documents);
    if (!are_known(options.pictures.only, drawing.names())) return kWrong;
    const auto written = write_pictures(drawing, options.pictures);
    if (!written || (is_its_own && !note_drawn(options.folder))) return kFailed;
    for (const std::string& file : *written) fmt::print("{}\n", reports::printable(file));
    return kOk;
}

}  // namespace

Command report_command(CLI::App& program) {
    auto options = std::make_shared<ReportOptions>();
    return CommandLine(program, "report", "The HTML report of a run, made again from its folder")
        .place("RUN-DIR", options->folder, "A folder that --out wrote")
        .text("-o,--out", options->out, "The file (RUN-DIR/report.html)")
        .footer(
            "One file that works offline: it loads nothing, and runs nothing but its own charts.")
        .runs([options] { return readable([&] { return report(*options); }); });
}

Command chart_command(CLI::App& program) {
    auto options = std::make_shared<ChartOptions>();
    return CommandLine(program, "chart", "The charts of a run as SVG, and as PNG where possible")
        .place("RUN-DIR", options->folder, "A folder that --out wrote")
        .text("-o,--out", options->pictures.folder, "The folder (RUN-DIR/charts)")
        .texts("--only", options->pictures.only, "A chart's name, as latency_over_time")
        .word("--look", options->pictures.look, {"light", "dark"}, "light or dark")
        .word("--png", options->png, {"auto", "always", "never"},
              "auto writes PNG files where rsvg-convert is there")
        .footer(
            "Drawn by the program itself, from the same definitions as the report's charts; the\n"
            "same run gives the same bytes.\n\n"
            "  spate chart out --only latency_over_time -o pictures")
        .runs([options] { return readable([&] { return chart(*options); }); });
}

}  // namespace tools
