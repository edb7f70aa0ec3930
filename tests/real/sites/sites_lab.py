"""The lab of sites.sh as its tests see it: what stands on its cross-connects, with and without what the engine has made there."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.dont_write_bytecode = True
from real_lab import RealLab  # noqa: E402

CHAIN, LAN, CABLE = (os.path.join(HERE, name) for name in ("chain.xml", "lan.xml", "cable.xml"))
SWITCHES, CROSS_CONNECTS = ("sw1", "sw2", "sw3"), ("xc1", "xc2")
OUR_COOKIE = re.compile(r"cookie=0x526f")

# What people set in the database of Open vSwitch; the other columns are what it counts and finds.
SET_BY_PEOPLE = {
    "Bridge": "name,datapath_type,fail_mode,controller,mirrors,netflow,sflow,other_config,external_ids,protocols,flow_tables,stp_enable",
    "Port": "name,tag,trunks,vlan_mode,bond_mode,lacp,qos,other_config,external_ids",
    "Interface": "name,type,options,ofport_request,mtu_request,other_config,external_ids",
    "Mirror": "name,select_all,select_src_port,output_vlan",
}


class SitesLab(RealLab):
    def __init__(self, rollover):
        super().__init__(os.path.join(HERE, "sites.sh"), rollover, os.path.abspath(rollover))

    def rules(self):
        return sorted(self.exec("xc1", "ovs-ofctl", "-O", "OpenFlow13", "--no-stats", "dump-flows", "xc").splitlines())

    def ovs(self, where):
        """Name of table and row -> the row as it is printed."""
        rows = {}
        for table, columns in SET_BY_PEOPLE.items():
            text = self.exec(where, "ovs-vsctl", "--timeout=20", "--format=list", f"--columns={columns}", "list", table)
            for row in filter(None, text.strip().split("\n\n")):
                rows[table + " " + re.search(r"^name *: *(.*)$", row, re.M)[1].strip('"')] = row
        return rows

    def devices(self):
        """Name of a network device of xc2 -> all that ip(8) knows of it, without what it counts and whether its carrier is up yet."""
        links = json.loads(self.exec("xc2", "ip", "-d", "-j", "link", "show"))
        return {link["ifname"]: without_times({key: link[key] for key in link if key not in ("flags", "operstate")}) for link in links}

    def standing(self):
        """All that is on both cross-connects, to be compared with what is there later."""
        return {"rules": self.rules(), "ovs": self.ovs("xc1"), "devices": self.devices()}

    def nothing_of_ours(self, before):
        now = self.standing()
        assert now == before, {what: difference(before[what], now[what]) for what in now}

    def joins(self):
        """How many joins have something on xc1 and on xc2; at xc1 a join has its number in the cookie."""
        cookies = {rule[OUR_COOKIE.search(rule).start():].split(",")[0] for rule in self.rules() if OUR_COOKIE.search(rule)}
        bridges = [d for d in self.devices().values() if d.get("linkinfo", {}).get("info_kind") == "bridge" and d.get("group") == "21103"]
        return len(cookies), len(bridges)

    def audit(self, *more, code=None):
        """What differs from the lab file: pairs of target and finding."""
        done = self.program("lab", "audit", self.file, "--state", self.folder + "/state", "--json", *more)
        assert done.returncode in (0, 1) if code is None else done.returncode == code, done
        return [(target["target"], one) for target in json.loads(done.stdout)["targets"] for one in target["findings"] if one["difference"]]


def without_times(value):
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if not k.endswith("_timer")}
    return [without_times(v) for v in value] if isinstance(value, list) else value


def difference(before, now):
    if isinstance(before, list):
        return {"gone": sorted(set(before) - set(now)), "new": sorted(set(now) - set(before))}
    return {k: (before.get(k), now.get(k)) for k in before.keys() | now.keys() if before.get(k) != now.get(k)}
