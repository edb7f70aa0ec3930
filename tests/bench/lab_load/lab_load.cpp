// How long a lab of 10,000 devices takes to load: 20,000 cabled interfaces, 209 converters, 417 switches, 2,500 wires.
// The figure to reach is 200 ms (docs/performance.md).
#include "engine/base/diagnostic.h"
#include "engine/model/reader.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace {

constexpr int devices = 10'000;
constexpr int lines_of_converter = 48;
constexpr int devices_of_switch = 24;  // two ports each
constexpr int switches_of_cross_connect = 40;

void add_hosts(std::string& xml) {
    for (int c = 0; c * lines_of_converter < devices; ++c) {
        xml += fmt::format("<converter name=\"cs{}\" protocol=\"rfc2217\" host=\"192.0.2.{}\">\n", c, c);
        for (int line = 1; line <= lines_of_converter; ++line) {
            xml += fmt::format("  <line number=\"{}\" port=\"{}\"/>\n", line, 4000 + line);
        }
        xml += "</converter>\n";
    }
    for (int s = 0; s * devices_of_switch < devices; ++s) {
        const int x = s / switches_of_cross_connect;
        if (s % switches_of_cross_connect == 0) {
            xml += fmt::format("<cross-connect name=\"xc{}\" kind=\"openvswitch\" bridge=\"xc{}\"/>\n", x, x);
        }
        xml += fmt::format(
            "<switch name=\"sw{}\" platform=\"cisco-ios\"><trunk port=\"Te0/1\" cross-connect=\"xc{}\" "
            "cross-connect-port=\"t{}\"/></switch>\n",
            s, x, s);
    }
}

void add_device(std::string& xml, int d) {
    const int sw = d / devices_of_switch;
    const int place = (sw % switches_of_cross_connect) * devices_of_switch * 2 + (d % devices_of_switch) * 2;
    xml += fmt::format(
        "<device name=\"r{}\" platform=\"cisco-ios\" model=\"2811\">\n  <console line=\"cs{}/{}\" baud=\"9600\" "
        "char-delay=\"5ms\"/>\n  <feature name=\"ospf\"/> <feature name=\"ipsec\"/>\n",
        d, d / lines_of_converter, d % lines_of_converter + 1);
    for (int i = 0; i < 2; ++i) {
        xml += fmt::format(
            "  <interface name=\"FastEthernet0/{}\" type=\"ethernet\"><switch-port switch=\"sw{}\" port=\"Gi0/{}\" "
            "vlan=\"{}\"/></interface>\n",
            i, sw, (d % devices_of_switch) * 2 + i, place + i + 1);
    }
    xml += "  <interface name=\"FastEthernet1/0\"/>\n</device>\n";
}

std::string big_lab() {
    std::string xml = "<lab name=\"big\">\n<site name=\"main\">\n";
    add_hosts(xml);
    for (int d = 0; d < devices; ++d) {
        add_device(xml, d);
    }
    for (int w = 0; w < devices / 4; ++w) {
        xml += fmt::format(
            "<wire name=\"w{}\"><end device=\"r{}\" interface=\"FastEthernet1/0\"/><end device=\"r{}\" "
            "interface=\"FastEthernet1/0\"/></wire>\n",
            w, w * 2, w * 2 + 1);
    }
    return xml + "</site>\n</lab>\n";
}

}  // namespace

int main() {
    const std::string xml = big_lab();
    constexpr std::size_t runs = 21;
    std::vector<double> milliseconds;
    std::vector<double> processor;
    for (std::size_t i = 0; i < runs; ++i) {
        const std::clock_t cpu = std::clock();
        const auto begin = std::chrono::steady_clock::now();
        const auto read = rollover::model::read_lab(xml, "/etc/rollover/labs/ostrava-and-karvina.xml");
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        if (!read.value || read.value->devices.size() != devices) {
            fmt::print(stderr, "the lab was not read: {}\n",
                       read.mistakes.empty() ? "devices are missing" : to_string(read.mistakes.front()));
            return EXIT_FAILURE;
        }
        milliseconds.push_back(took.count());
        processor.push_back(static_cast<double>(std::clock() - cpu) * 1e3 / CLOCKS_PER_SEC);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::sort(processor.begin(), processor.end());
    fmt::print("lab_load: {} devices, {:.1f} MB of XML: median {:.1f} ms, fastest {:.1f} ms, slowest {:.1f} ms, ",
               devices, static_cast<double>(xml.size()) / 1e6, milliseconds[runs / 2], milliseconds.front(),
               milliseconds.back());
    fmt::print("processor time {:.1f} ms (limit 200 ms)\n", processor[runs / 2]);
    return EXIT_SUCCESS;
}
