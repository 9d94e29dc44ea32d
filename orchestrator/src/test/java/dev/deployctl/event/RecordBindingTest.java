package dev.deployctl.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The binding of records that only this test has: a new event needs no code but its record. */
class RecordBindingTest {
  record Sail(@WhenAbsent("jib") String name, int reefs) {}

  record WindShifted(
      long seq,
      @WireName("new") @Nullable String now,
      @WhenAbsent("3") int knotsOfWind,
      boolean gusty,
      @Nullable Integer waves,
      @Nullable Sail main,
      @WhenAbsent("{}") Sail head,
      List<Sail> spare,
      List<String> crew,
      OtherFields others) {}

  @Test
  void aRecordIsReadFromJsonAndWrittenBack() throws JsonProcessingException {
    String json =
        "{'seq':4,'new':'west','knots_of_wind':12,'gusty':true,'waves':2,"
            + "'main':{'name':'main','reefs':1},'head':{'name':'genoa','reefs':0},"
            + "'spare':[{'name':'storm','reefs':2}],'crew':['ann','bob']}";
    Object record = read(json);
    assertThat(record)
        .isEqualTo(
            new WindShifted(
                4,
                "west",
                12,
                true,
                2,
                new Sail("main", 1),
                new Sail("genoa", 0),
                List.of(new Sail("storm", 2)),
                List.of("ann", "bob"),
                OtherFields.NONE));
    assertThat(RecordBinding.of(WindShifted.class).write(record))
        .hasToString(tree(json).toString());
  }

  @Test
  void absentFieldsAndThoseOfAnotherTypeHaveTheSameValue() throws JsonProcessingException {
    WindShifted calm =
        new WindShifted(
            0,
            null,
            3,
            false,
            null,
            null,
            new Sail("jib", 0),
            List.of(),
            List.of(),
            OtherFields.NONE);
    assertThat(read("{}")).isEqualTo(calm);
    assertThat(
            read(
                "{'seq':'4','new':7,'knots_of_wind':[],'gusty':1,'waves':'2','main':'x',"
                    + "'head':[{}],'spare':{'name':'storm'},'crew':'ann'}"))
        .isEqualTo(calm);
    assertThat(
            read(
                "{'seq':null,'new':null,'knots_of_wind':null,'gusty':null,'waves':null,"
                    + "'main':null,'head':null,'spare':null,'crew':null}"))
        .isEqualTo(calm);
  }

  @Test
  void aListOfTextsHasATextForEachItemAndAListOfRecordsTheObjectsAlone()
      throws JsonProcessingException {
    WindShifted shifted =
        (WindShifted) read("{'crew':['ann',7,null,{'a':1}],'spare':[1,{},[],'x']}");
    assertThat(shifted.crew()).containsExactly("ann", "7", "null", "{\"a\":1}");
    assertThat(shifted.spare()).containsExactly(new Sail("jib", 0));
  }

  private static Object read(String json) throws JsonProcessingException {
    return RecordBinding.of(WindShifted.class).read(tree(json));
  }

  private static ObjectNode tree(String json) throws JsonProcessingException {
    return (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
  }
}
