"""Reads a Perfetto trace with the messages that Perfetto publishes, and adds it up."""

import json
import sys
from collections import Counter, defaultdict

from google.protobuf.unknown_fields import UnknownFieldSet
from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as proto


def known(message):
    """Every field is one of the schema's."""
    assert not len(UnknownFieldSet(message)), message
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for inner in value if field.is_repeated else [value]:
                known(inner)


trace = proto.Trace()
with open(sys.argv[1], "rb") as file:
    trace.ParseFromString(file.read())
known(trace)

tracks, texts, frames, stacks = {}, defaultdict(dict), {}, {}
last, cleared = 0, False
open_slices = defaultdict(list)
slices, instants, ends, unclosed_flows = Counter(), Counter(), Counter(), set()
functions = defaultdict(lambda: [0, 0])
weights, counters, peaks = Counter(), {}, Counter()
states, annotations, categories = defaultdict(list), defaultdict(set), set()
Event = proto.TrackEvent

for packet in trace.packet:
    assert packet.trusted_packet_sequence_id == 1
    if packet.HasField("track_descriptor"):
        track = packet.track_descriptor
        assert not track.parent_uuid or track.parent_uuid in tracks, "parents come first"
        tracks[track.uuid] = track
        continue
    assert packet.timestamp >= last, "time does not go back"
    last = packet.timestamp
    cleared |= bool(packet.sequence_flags & 1)
    assert cleared and packet.sequence_flags & 2
    data = packet.interned_data
    for kind, entries in [
        ("category", data.event_categories),
        ("name", data.event_names),
        ("annotation", data.debug_annotation_names),
    ]:
        for entry in entries:
            assert entry.iid and entry.iid not in texts[kind]
            texts[kind][entry.iid] = entry.name
    for kind, entries in [
        ("function", data.function_names),
        ("file", data.source_paths),
        ("mapping", data.mapping_paths),
    ]:
        for entry in entries:
            assert entry.iid and entry.iid not in texts[kind]
            texts[kind][entry.iid] = entry.str.decode()
    for source in data.source_locations:
        texts["source"][source.iid] = source
    for mapping in data.mappings:
        texts["mappings"][mapping.iid] = texts["mapping"][mapping.path_string_ids[0]]
    for frame in data.frames:
        assert frame.mapping_id in texts["mappings"] and frame.source_path_iid in texts["file"]
        frames[frame.iid] = texts["function"][frame.function_name_id]
    for stack in data.callstacks:
        stacks[stack.iid] = [frames[frame] for frame in stack.frame_ids]

    event = packet.track_event
    track = tracks[event.track_uuid]
    name = texts["name"][event.name_iid] if event.name_iid else None
    categories |= {texts["category"][iid] for iid in event.category_iids}
    for annotation in event.debug_annotations:
        annotations[name].add(texts["annotation"][annotation.name_iid])
    if event.type == Event.TYPE_SLICE_BEGIN:
        source = texts["source"][event.source_location_iid]
        assert source.function_name == name and source.line_number
        open_slices[track.uuid].append(name)
        slices[name] += 1
    elif event.type == Event.TYPE_SLICE_END:
        name = open_slices[track.uuid].pop()
        ends[event.debug_annotations[0].string_value] += 1
    elif event.type == Event.TYPE_COUNTER:
        assert track.HasField("counter")
        counters[track.name] = event.counter_value
        peaks[track.name] = max(peaks[track.name], event.counter_value)
    elif event.type == Event.TYPE_STATE:
        assert track.HasField("state")
        states[track.name].append(name)
    else:
        assert event.type == Event.TYPE_INSTANT
        instants[name] += 1
        weighted = track.name in ("allocations", "frees")
        assert weighted == bool(event.callstack_iid) == event.HasField("callstack_weight")
        unclosed_flows |= set(event.flow_ids)
        unclosed_flows -= set(event.terminating_flow_ids)
        if weighted:
            weights[track.name] += event.callstack_weight
            stack = stacks[event.callstack_iid]
            if track.name == "allocations":
                function = stack[-2] if ".rs:" in stack[-1] else stack[-1]
                functions[function][0] += name == "alloc"
                functions[function][1] += int(event.callstack_weight)

json.dump(
    {
        "slices": slices,
        "open": sum(map(len, open_slices.values())),
        "ends": ends,
        "instants": instants,
        "functions": functions,
        "weights": weights,
        "counters": counters,
        "peaks": peaks,
        "threads": sorted(t.thread.thread_name for t in tracks.values() if t.HasField("thread")),
        "process": tracks[1].process.process_name,
        "unclosed_flows": len(unclosed_flows),
        "states": states,
        "annotations": {str(name): sorted(names) for name, names in annotations.items()},
        "categories": sorted(categories),
        "deepest": max(map(len, stacks.values())),
    },
    sys.stdout,
)
