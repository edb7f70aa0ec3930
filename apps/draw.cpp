// rollover draw: topologies, placements and labs as pictures, laid out by Graphviz.
#include "apps/commands.h"

#include <fstream>
#include <iostream>
#include <unistd.h>

namespace rollover::apps {

namespace {

struct draw_arguments {
    std::string file;
    std::string as;
    std::string output;
    parameter_option parameters;
};

task<void> lay_out(real_runtime& rt, std::string graph, std::string format, result<process_result>& out) {
    process_request request;
    request.argv = {"dot", "-T" + format};
    request.input = std::move(graph);
    request.limit = std::chrono::minutes(5);
    request.output_limit = std::size_t{1} << 28U;
    out = co_await rt.run(std::move(request));
}

/// What Graphviz makes of the graph, or why it did not.
result<std::string> run_graphviz(const std::string& graph, const std::string& format) {
    real_runtime rt;
    result<process_result> out = failure(errc::cancelled, "stopped");
    rt.run(with_stop(rt, lay_out(rt, graph, format, out)));
    if (!out) {
        return failure(out.error()).advise("install Graphviz (Debian: apt install graphviz), or take --as dot");
    }
    if (out->timed_out) {
        return failure(errc::timed_out, "Graphviz did not end within five minutes")
            .advise("take --as dot and lay it out with sfdp");
    }
    if (out->exit_code != 0) {
        return failure(errc::io, "Graphviz failed").said(out->errors);
    }
    return std::move(out->output);
}

bool write(const std::string& text, const std::string& file) {
    if (file.empty()) {
        return (std::cout << text << std::flush).good();
    }
    std::ofstream to(file, std::ios::binary);
    return (to << text << std::flush).good();
}

answer run(draw_arguments& given, const common_options& common) {
    if (given.as.empty()) {
        given.as = given.output.empty() && ::isatty(STDOUT_FILENO) == 1 ? "text" : "svg";
    }
    const bool text = given.as == "text";
    auto report = common.make_engine().draw(given.file, given.parameters.values(), text);
    if (report.how == answer::done && given.as != "dot") {
        auto laid_out = run_graphviz(report.text, text ? "plain" : given.as);
        if (!laid_out) {
            std::cerr << describe(laid_out.error()) << "\n";
            return laid_out.error().code == errc::cancelled ? answer::stopped : answer::failed;
        }
        report.text = std::move(*laid_out);
        if (text) {
            report = engine::draw_plain(report.text);
        }
    }
    print(report.problems);
    if (report.how == answer::done && !write(report.text, given.output)) {
        std::cerr << (given.output.empty() ? "standard output" : given.output) << ": error: cannot be written\n";
        return answer::failed;
    }
    return report.how;
}

}  // namespace

void add_draw_command(CLI::App& app, common_options& common) {
    auto given = std::make_shared<draw_arguments>();
    auto* draw = app.add_subcommand("draw", "A topology, its placement in a lab, or a lab, as a picture");
    draw->add_option("FILE", given->file, "A topology or lab file")->required();
    add_lab_option(*draw, common, false);
    add_state_option(*draw, common);
    add_parameter_option(*draw, given->parameters);
    draw->add_option("--as", given->as, "svg, text (the default on a terminal), or dot for Graphviz's programs")
        ->check(CLI::IsMember({"svg", "text", "dot"}));
    draw->add_option("-o,--output", given->output, "The file to write, instead of standard output");
    draw->footer(
        "With --lab a topology is drawn on the devices that would play it now.\n"
        "Exit codes: 0 done, 1 it cannot be placed or Graphviz is missing, 2 the input is wrong.");
    draw->callback([given, &common] { common.exit_code = static_cast<int>(run(*given, common)); });
}

}  // namespace rollover::apps
