export class Clock {
  time(): string {
    return "noon";
  }
}
