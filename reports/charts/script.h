// The charts' JavaScript, run by Duktape within the program: the same definitions that a report
// draws from in a browser. Nothing in it reads a clock, a file or chance.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct duk_hthread;

namespace reports {

class ChartScript {
public:
    // `documents` is a JSON object of the files that are drawn from, each by its name. Throws
    // std::runtime_error when they are not what the charts expect.
    explicit ChartScript(std::string_view documents);

    // The charts that have something to show, in the order in which they are read.
    std::vector<std::string> names();
    // An SVG document. The look is "light" or "dark".
    std::string picture(std::string_view name, std::string_view look);

    std::string title();
    std::string body();  // of the report, as HTML

private:
    struct End {
        void operator()(duk_hthread* heap) const;
    };
    void begin_call(std::string_view function);
    std::string end_call(int count);
    std::string call(std::string_view function, const std::vector<std::string_view>& arguments);

    std::unique_ptr<duk_hthread, End> heap_;
    int pictures_ = 0;
};

}  // namespace reports
